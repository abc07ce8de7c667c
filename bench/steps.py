"""``python -m bench steps``: how much faster than the textbook's loops the same function is through the engines."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import adim
from adim import steps
from bench import machine, report
from bench.contest import OURS, Side, hold, rounding

_IMAGES = (32, 64, 64, 3)  # (m, n_H_prev, n_W_prev, n_C_prev)
_FILTERS = (4, 4, 3, 8)  # (f, f, n_C_prev, n_C)


def run(*, dtype: str, threads: int, out: Path) -> None:
    """Measure `adim.conv_forward` against `adim.steps.conv_forward`, print the table and write it into `out`."""
    rng = np.random.default_rng(0)
    A_prev, W, b = (rng.standard_normal(shape, np.dtype(dtype)) for shape in (_IMAGES, _FILTERS, (1, 1, 1, 8)))
    hparameters = {"stride": 1, "pad": 0}
    sides = {
        OURS: Side(lambda: adim.conv_forward(A_prev, W, b, hparameters)[0], lambda Z: (Z,)),
        "adim.steps": Side(lambda: steps.conv_forward(A_prev, W, b, hparameters)[0], lambda Z: (Z,)),
    }
    with machine.observed() as description:
        outcome = hold(sides, tolerance=rounding(dtype), seconds=1, rounds=2)
    m, n_H_prev, n_W_prev, _ = _IMAGES
    f, _, n_C_prev, n_C = _FILTERS
    flops = 2 * m * (n_H_prev - f + 1) * (n_W_prev - f + 1) * f * f * n_C_prev * n_C
    shape = f"{'x'.join(map(str, _IMAGES))}, {n_C} of {f}x{f}"
    work = {"forward": report.Work(flops / 1e9, "GFLOP")}
    row = report.Row("the course", "conv_forward", shape, work, {"forward": outcome})
    headline = report.headline(description, {"dtype": dtype, "threads": threads})
    data = report.document([row], description, {"dtype": dtype, "threads": threads})
    report.publish(out / f"{machine.stamp(description)}-steps", f"{headline}\n\n{report.table([row])}", data)
