"""What is made of a run: a table to read, and JSON to keep.

A run is rows, and a row has parts. Nothing here knows what was measured.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import geometric_mean
from typing import Any, NamedTuple

from adim.atomic import replacing
from bench.contest import OURS, Outcome

_QUIET = 0.1  # processors that others may keep busy; an idle system needs a hundredth


class Row(NamedTuple):
    """One thing that was measured, in one or several parts.

    Attributes
    ----------
    group, name, shape : str
        Its suite, its name there, and what it works on.
    flops : int
        Floating-point operations of each part.
    parts : dict of str to Outcome
        By name, "forward". All rows of a run have the same parts and the same sides.
    """

    group: str
    name: str
    shape: str
    flops: int
    parts: dict[str, Outcome]


class Summary(NamedTuple):
    """One part over several rows: the geometric mean of the ratios, and the row with the lowest one."""

    geometric_mean: float
    worst: float
    worst_row: Row


def summarise(rows: Iterable[Row], part: str) -> Summary:
    """Sum up one part of rows in which a peer took part."""
    ratios = [(ratio, row) for row in rows if (ratio := row.parts[part].ratio) is not None]
    worst, worst_row = min(ratios, key=lambda pair: pair[0])
    return Summary(geometric_mean([ratio for ratio, _ in ratios]), worst, worst_row)


def by_group(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows of each group; groups and rows keep their order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.group, []).append(row)
    return found


def headline(machine: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Say what was measured with, a line each: versions, machine, settings, and who disturbed."""
    peer = f" beside torch {machine['torch']}" if machine["torch"] else ""
    versions = f"Python {machine['python']}, NumPy {machine['numpy']} with {machine['blas']}"
    processor = f"{machine['cpu']}, {machine['cores']} cores, {' '.join(machine['instruction_sets'])}"
    caches = f"L2 {machine['l2'] or 'unknown'}, L3 {machine['l3'] or 'unknown'}"
    lines = [
        f"adim {machine['adim']} ({machine['commit'] or 'commit unknown'}){peer}; {versions}; {machine['date']}",
        f"{processor}, {caches}",
        ", ".join(f"{name} {value}" for name, value in settings.items() if value is not None),
    ]
    if (others := machine["others"]) is not None and others > _QUIET:
        lines.append(f"NOT QUIET: other programs kept {others} processors busy, so these figures are not to be quoted")
    return "\n".join(lines)


def table(rows: Sequence[Row]) -> str:
    """Lay rows out, a line each: our median, the best peer's and their ratio for each part, then the sums.

    Where no peer took part, our median and our speed.
    """
    parts = list(rows[0].parts)
    sides = [side for side in rows[0].parts[parts[0]].timings if side != OURS]
    letters = dict(zip(sides, string.ascii_lowercase, strict=False))
    names = max(len(row.name) for row in rows)
    everything = f"all {len(rows)}"
    shapes = max(len(text) for row in rows for text in (row.shape, row.group, everything))
    columns = f"{'adim':>8} {'peer':>8}  {'ratio':>6}" if sides else f"{'adim':>8}  {'GFLOP/s':>8}"
    width = len(columns)

    def line(name: str, shape: str, cells: Iterable[str]) -> str:
        return f"{name:{names}}  {shape:{shapes}}" + "".join(f"   {cell:>{width}}" for cell in cells)

    lines = [line("", "", parts), line("", "milliseconds", [columns] * len(parts))]
    for group, members in by_group(rows).items():
        lines += ["", group]
        for row in members:
            lines.append(line(row.name, row.shape, [_cell(row.parts[part], row.flops, letters) for part in parts]))
    if sides:
        lines += ["", "ratio: the fastest peer's time over ours; " + ", ".join(f"{i} {s}" for s, i in letters.items())]
    if sides and len(rows) > 1:
        lines += ["", "geometric mean of the ratios"]
        for group, some in [*by_group(rows).items(), (everything, rows)]:
            lines.append(line("", group, [f"{summarise(some, part).geometric_mean:.2f}" for part in parts]))
        lines += ["", "worst ratio"]
        for part in parts:
            summary = summarise(rows, part)
            row = summary.worst_row
            lines.append(f"{part}: {summary.worst:.2f} at {row.group} {row.name} ({row.shape})")
    return "\n".join(lines)


def _cell(outcome: Outcome, flops: int, letters: Mapping[str, str]) -> str:
    ours = outcome.timings[OURS].median
    peer = outcome.best_peer
    if peer is None:
        return f"{_milliseconds(ours)}  {flops / ours / 1e9:8.1f}"
    return f"{_milliseconds(ours)} {_milliseconds(outcome.timings[peer].median)}{letters[peer]} {outcome.ratio:6.2f}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:8.3f}" if seconds < 1 else f"{seconds * 1e3:8.0f}"


def document(rows: Sequence[Row], machine: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run as JSON has it; times in seconds."""
    return {"machine": machine, "settings": settings, "rows": [_as_json(row) for row in rows]}


def publish(path: Path, text: str, data: Mapping[str, Any]) -> None:
    """Print a text, and write it and its data beside each other: ``path.txt`` and ``path.json``."""
    print(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix, content in ((".txt", text), (".json", json.dumps(data, indent=1))):
        with replacing(path.with_suffix(suffix)) as temporary:
            temporary.write_text(content + "\n", encoding="utf-8")
    print(f"\nwritten: {path}.*")


def _as_json(row: Row) -> dict[str, Any]:
    parts = {
        part: {
            "timings": {side: timing._asdict() for side, timing in outcome.timings.items()},
            "best_peer": outcome.best_peer,
            "ratio": outcome.ratio,
            "difference": outcome.difference,
        }
        for part, outcome in row.parts.items()
    }
    return {**row._asdict(), "parts": parts}
