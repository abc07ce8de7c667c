"""What a result was made with: versions, the engine, the processor. Reports quote it, and so should questions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

import numpy as np

import adim
from adim.engines import _ENGINES, get_engine
from adim.engines.settings import usable_cores

_LIBRARIES = ("numpy", "h5py", "matplotlib", "pillow", "rich", "safetensors", "typer")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def info() -> dict[str, str]:
    """Return versions, engines, cores and BLAS, as text by name.

    Examples
    --------
    >>> list(info())
    ['adim', 'Python', 'libraries', 'engines', 'BLAS', 'cores', 'threads', 'system']
    """
    return {
        "adim": adim.__version__,
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "libraries": ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES),
        "engines": f"{', '.join(_ENGINES)} (chosen: {get_engine()})",
        "BLAS": _blas(),
        "cores": f"{usable_cores()} usable of {os.cpu_count()}",
        "threads": ", ".join(f"{name}={os.environ[name]}" for name in _THREADS if name in os.environ) or "not limited",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
    }


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "missing"


def _blas() -> str:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}"
