"""``python -m bench start``: how much longer a program takes to start that imports adim, beside one that imports NumPy.

Each start is a process of its own; the two take turns.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from adim.speed.timing import Call, interleave
from bench import machine, report

_ROOT = Path(__file__).parent.parent


def run(*, rounds: int, threads: int, out: Path) -> None:
    """Measure the start of both programs, print the figures and write them into `out`."""
    settings = {"rounds": rounds, "threads": threads}
    with machine.observed() as description:
        timings = interleave({name: _program(f"import {name}") for name in ("numpy", "adim")}, seconds=0, rounds=rounds)
    added = timings["adim"].median - timings["numpy"].median
    text = "\n".join(
        [
            report.headline(description, settings),
            "",
            *(f"import {name:6} {timing.median:6.3f} s" for name, timing in timings.items()),
            f"adim adds     {added:6.3f} s",
        ]
    )
    data = {
        "machine": description,
        "settings": settings,
        "timings": {name: timing._asdict() for name, timing in timings.items()},
        "added": added,
    }
    report.publish(out / f"{machine.stamp(description)}-start", text, data)


def _program(source: str) -> Call:
    return lambda: subprocess.run([sys.executable, "-c", source], check=True, cwd=_ROOT)
