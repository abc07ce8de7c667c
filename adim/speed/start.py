"""How long a program takes to start: each start is a process of its own, and the programs take turns."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from adim.speed.measurement import Measurement
from adim.speed.timing import Call, interleave

CONVOLUTION = """
import numpy, adim
x, kernel = numpy.ones((1, 56, 56, 64), "float32"), numpy.ones((3, 3, 64, 64), "float32")
adim.ops.conv2d(x, kernel, padding="same", engine="{engine}")
"""

_CACHE = "ADIM_CACHE_DIR"  # where machine code is kept from one start to the next


def measure_start(
    *, rounds: int = 5, others: Mapping[str, str] | None = None, folder: Path | None = None
) -> list[Measurement]:
    """Measure how long programs run that import NumPy, that import adim, and that convolve a first image.

    Parameters
    ----------
    rounds : int
        How often each program starts.
    others : mapping of str to str, optional
        More programs, as text, by the names of their measurements.
    folder : path, optional
        Where the programs are started: adim is found there if it is not installed.

    Returns
    -------
    list of Measurement
        The first convolution is measured as it comes, which is with NumPy's engine, and with the compiled one: with
        what earlier starts have left in the cache, and without.
    """
    with TemporaryDirectory() as warm:
        calls = {
            "import numpy": program("import numpy", folder=folder),
            "import adim": program("import adim", folder=folder),
            "and a first convolution": program(CONVOLUTION.format(engine="auto"), folder=folder, cache=warm),
            "the same, compiled earlier": program(CONVOLUTION.format(engine="compiled"), folder=folder, cache=warm),
            "the same, compiled now": _cold(folder),
        }
        for name, source in (others or {}).items():
            calls[name] = program(source, folder=folder)
        timings = interleave(calls, seconds=0, rounds=rounds)
    return [Measurement(name, "", "start", timing) for name, timing in timings.items()]


def program(source: str, *, folder: Path | None = None, cache: str | None = None) -> Call:
    """Return a call that runs a program to its end, in a process of its own."""
    environment = os.environ | ({} if cache is None else {_CACHE: cache})
    return lambda: subprocess.run([sys.executable, "-c", source], check=True, cwd=folder, env=environment)  # noqa: S603 - our own text


def _cold(folder: Path | None) -> Call:
    def call() -> None:
        with TemporaryDirectory() as empty:
            program(CONVOLUTION.format(engine="compiled"), folder=folder, cache=empty)()

    return call
