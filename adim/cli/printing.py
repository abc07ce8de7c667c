"""Results as text: tables for people, CSV and JSON for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence

import typer

from adim.runs import Evaluation, Prediction, Run, Speed


def print_run(run: Run) -> None:
    """Print what a training came to; its last lines are the run folder's place and the test accuracy."""
    for note in run.notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(f"run folder: {run.folder} (report.md shows it all)")
    typer.echo(f"test accuracy {run.test_accuracy:.4f}")


def print_evaluation(evaluation: Evaluation, part: str) -> None:
    """Print the verdict on each class, and on all."""
    verdict = evaluation.verdict
    for note in evaluation.notes:
        typer.echo(f"note: {note}", err=True)
    _print_table(
        ["class", "images", "recognised", "accuracy", "mostly taken for"],
        [[c.name, c.images, c.right, f"{c.accuracy:.4f}", c.taken_for] for c in verdict.classes if c.images],
        right={1, 2, 3},
    )
    what = "accuracy on all" if part == "all" else f"{part} accuracy"
    typer.echo(f"{what} {verdict.accuracy:.4f} ({verdict.right} of {len(verdict)} images)")


def print_predictions(predictions: Sequence[Prediction], form: str) -> None:
    """Print predictions as a table, as CSV with a row for each class, or as JSON."""
    match form:
        case "json":
            things = [
                {"image": p.picture, "classes": [{"class": name, "probability": chance} for name, chance in p.classes]}
                for p in predictions
            ]
            typer.echo(json.dumps(things, indent=2, ensure_ascii=False))
        case "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(["image", "rank", "class", "probability"])
            for p in predictions:
                writer.writerows([p.picture, rank, *guess] for rank, guess in enumerate(p.classes, start=1))
        case _:
            rows = [
                [p.picture if rank == 0 else "", name, f"{chance:.4f}"]
                for p in predictions
                for rank, (name, chance) in enumerate(p.classes)
            ]
            _print_table(["image", "class", "probability"], rows, right={2})


def print_speed(speed: Speed, form: str) -> None:
    """Print what was measured, part by part, as tables or as JSON."""
    if form == "json":
        typer.echo(json.dumps(speed.as_json(), indent=2))
        return
    print_pairs(speed.machine | speed.settings)
    if speed.roof is not None:
        typer.echo(f"\nthe roof: {speed.roof.peak:.0f} GFLOP/s, {speed.roof.bandwidth:.1f} GB/s")
    for part, measurements in speed.measurements.items():
        typer.echo(f"\n{part}")
        head, unit = ["what", "on", "part", "milliseconds"], measurements[0].unit
        rows = [[m.name, m.shape, m.part, f"{m.timing.median * 1e3:.3f}"] for m in measurements]
        if unit:
            head.append(f"{unit}/s")
            rows = [[*row, f"{m.speed:.1f}"] for row, m in zip(rows, measurements, strict=True)]
        if speed.roof is not None and unit == "GFLOP":
            head.append("of the roof")
            shares = [m.speed / speed.roof.at(m.intensity) for m in measurements]
            rows = [[*row, f"{share:.0%}"] for row, share in zip(rows, shares, strict=True)]
        _print_table(head, rows, right={3, 4, 5})
    if speed.folder is not None:
        typer.echo(f"written: {speed.folder}")


def print_pairs(pairs: Mapping[str, str]) -> None:
    """Print names and values."""
    width = max(map(len, pairs))
    for name, value in pairs.items():
        typer.echo(f"{name:{width}}  {value}")


def _print_table(head: Sequence[str], rows: Iterable[Sequence[object]], right: set[int]) -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - heavy, only when needed
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.table import Table  # noqa: PLC0415 - as above

    # What goes to a file or a program is not cut to the width of a terminal.
    console = Console(width=None if sys.stdout.isatty() else 10_000, markup=False, emoji=False, highlight=False)
    table = Table(box=SIMPLE_HEAD)
    for column, title in enumerate(head):
        table.add_column(title, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)
