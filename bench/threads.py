"""How many threads both sides may use.

NumPy's BLAS, OpenMP (which PyTorch computes with) and Numba each read a variable of the environment, once, when they
load. Setting these before anything loads binds every library the same way, also ones that come later, and needs
no tool that knows them all.
"""

from __future__ import annotations

import os
import sys

_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",  # Apple's Accelerate
    "ADIM_NUM_THREADS",
)


def usable() -> int:
    """Return how many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS and Windows


def limit(count: int) -> None:
    """Bind the libraries that this process loads from now on, and its children's, to so many threads.

    Raises
    ------
    RuntimeError
        If NumPy is loaded already: its BLAS would keep the number it found then.
    """
    if "numpy" in sys.modules:
        raise RuntimeError("NumPy is loaded already: choose the number of threads before anything imports it")
    os.environ.update(dict.fromkeys(_VARIABLES, str(count)))
