"""``python -m bench scaling``: our own layers with all threads and with one, and how near they come to the peak.

Layers of fewer than 100 MFLOP do not take part: it is over before a second thread helps. The peak is the best that
NumPy's matrix product reaches on the same number of threads; how near a layer comes to it is told where it has 32
channels or more, since fewer do not fill the multipliers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import geometric_mean

import numpy as np

from adim.engines.settings import get_precision
from adim.speed import Roof, limited, measure_roof
from bench import convolution, layers, machine, report
from bench.contest import OURS, hold
from bench.report import Row
from bench.shapes import Layer, select

_LARGE = 100_000_000  # operations
_WIDE = 32  # channels
_ONE = "one-thread"


def run(*, suite: Sequence[str], dtype: str, seconds: float, threads: int, out: Path) -> None:
    """Measure the large layers of some suites, print the tables and write them and their JSON into `out`."""
    try:
        chosen = select(suite)
    except ValueError as error:
        raise SystemExit(f"bench: {error}") from error
    large = [layer for layer in chosen if layer.flops >= _LARGE]
    if not large:
        raise SystemExit("bench: none of these layers has 100 MFLOP or more")
    if threads < 2:
        raise SystemExit("bench: scaling needs --threads 2 or more")
    precision = None if get_precision() == "fast" else get_precision()  # "exact" leaves the direct way alone to layers
    settings = {
        "suites": " ".join(suite),
        "dtype": dtype,
        "threads": threads,
        "precision": precision,
        "seconds": seconds,
    }
    with machine.observed() as description:
        roofs = {}
        for count in (1, threads):
            with limited(count):
                roofs[count] = measure_roof(np.dtype(dtype), threads=count)
        rows = list(_measure(large, dtype=dtype, seconds=seconds, threads=threads))
    wide = [row for row, layer in zip(rows, large, strict=True) if layer.channels // layer.groups >= _WIDE]
    shares = {
        f"{count} threads" if count > 1 else "1 thread": _shares(wide, side, roofs[count])
        for count, side in ((1, _ONE), (threads, OURS))
    }
    text = "\n".join(
        [
            report.headline(description, settings),
            *(f"peak with threads {count}: {roof.peak:.1f} GFLOP/s" for count, roof in roofs.items()),
            "",
            f"adim: {threads} threads; ratio: how many times as fast as one",
            report.table(rows),
            *(f"\nshare of the peak, {name}\n{_table(found)}" for name, found in shares.items()),
        ]
    )
    data = report.document(rows, description, settings) | {
        "roofs": {str(count): roof._asdict() for count, roof in roofs.items()},
        "shares_of_peak": shares,
    }
    report.publish(out / f"{machine.stamp(description)}-scaling", text, data)


def _measure(chosen: Iterable[Layer], *, dtype: str, seconds: float, threads: int) -> Iterator[Row]:
    def setting(side: str) -> AbstractContextManager[None]:
        return limited(1 if side == _ONE else threads)

    for case in layers.cases(chosen, dtype=dtype, engine="auto"):
        report.say(case.title)
        parts = {}
        for part, side in case.ours.items():
            sides = {OURS: side, _ONE: side}
            parts[part] = hold(sides, tolerance=case.tolerances[part], seconds=seconds, setting=setting)
        yield Row(case.group, case.name, case.shape, case.work, parts)


def _shares(rows: Iterable[Row], side: str, roof: Roof) -> dict[str, dict[str, float]]:
    """Return by row, and then by part, the share of the peak that a side reaches."""
    return {
        f"{row.group} {row.name} ({row.shape})": {
            part: row.work[part].amount / outcome.timings[side].median / roof.peak
            for part, outcome in row.parts.items()
        }
        for row in rows
    }


def _table(shares: dict[str, dict[str, float]]) -> str:
    if not shares:
        return f"no layer of {_WIDE} channels or more"
    lines = []
    for part in convolution.PASSES:
        found = {row: parts[part] for row, parts in shares.items()}
        worst = min(found, key=found.__getitem__)
        mean, best = geometric_mean(found.values()), max(found.values())
        lines.append(f"{part:15} geometric mean {mean:.2f}, best {best:.2f}, worst {found[worst]:.2f} at {worst}")
    return "\n".join(lines)
