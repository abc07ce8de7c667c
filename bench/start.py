"""``python -m bench start``: how long a program takes that imports adim and convolves a first image.

Beside it programs that import NumPy, and PyTorch where it is installed.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from adim.speed import measure_start
from bench import machine, peers, report

_ROOT = Path(__file__).parent.parent
_TORCH = """
import torch
x, kernel = torch.ones(1, 64, 56, 56), torch.ones(64, 64, 3, 3)
torch.conv2d(x, kernel, padding=1)
"""


def run(*, rounds: int, threads: int, out: Path) -> None:
    """Measure the start of programs, print the figures and write them into `out`."""
    settings = {"rounds": rounds, "threads": threads}
    there = find_spec("torch") is not None
    others = {"import torch": "import torch", "and its first convolution": _TORCH} if there else {}
    with machine.observed(peers.versions(["torch"]) if there else {}) as description:
        found = measure_start(rounds=rounds, others=others, folder=_ROOT)
    medians = {measurement.name: measurement.timing.median for measurement in found}
    added = medians["import adim"] - medians["import numpy"]
    width = max(map(len, medians))
    text = "\n".join(
        [
            report.headline(description, settings),
            "",
            *(f"{name:{width}} {median:6.3f} s" for name, median in medians.items()),
            f"{'adim adds to NumPy':{width}} {added:6.3f} s",
        ]
    )
    data = {
        "machine": description,
        "settings": settings,
        "timings": {measurement.name: measurement.timing._asdict() for measurement in found},
        "added": added,
    }
    report.publish(out / f"{machine.stamp(description)}-start", text, data)
