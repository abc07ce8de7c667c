"""What is chosen for the whole process: how many threads compute, and how exact sums must be.

Each has an environment variable, read when adim is imported, and a function that changes it later.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from adim.geometry import integer

PRECISIONS = ("fast", "exact")

MOST_THREADS = 1024

_quiet = ContextVar("_quiet", default=False)
_refused: list[str] = []  # what the environment says that it must not
_num_threads: int | None = None
_precision = "fast"


def refuse(error: ValueError) -> None:
    """Note that an environment variable cannot be followed: `check_environment` will say so."""
    _refused.append(str(error))


def check_environment() -> None:
    """Raise ValueError if an environment variable of adim's says what it must not.

    Importing adim does not, so that a program can tell people in its own way; everything that computes does.
    """
    if _refused:
        raise ValueError(_refused[0])


@contextmanager
def quietly(wanted: bool = True) -> Iterator[None]:
    """Let nobody be told within a block, if that is wanted, that something is compiled and takes its time."""
    token = _quiet.set(wanted or _quiet.get())
    try:
        yield
    finally:
        _quiet.reset(token)


def is_quiet() -> bool:
    """Return whether this is run within such a block."""
    return _quiet.get()


@cache
def usable_cores() -> int:
    """Return how many processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def get_num_threads() -> int:
    """Return how many threads compute: what was chosen, or as many as there are processors for this process."""
    check_environment()
    return _num_threads or usable_cores()


def set_num_threads(count: int) -> None:
    """Choose how many threads compute.

    It binds the compiled engine and NumPy's BLAS. A call that is made meanwhile ends with the threads it has.

    Parameters
    ----------
    count : int
        From 1 to 1024. The environment variable ``ADIM_NUM_THREADS`` makes the same choice before the program starts.

    Raises
    ------
    TypeError, ValueError
        If it is no integer from 1 to 1024.

    Notes
    -----
    Results are the same to the bit from run to run with the same number of threads; with another number, sums of
    gradients are added up in another order.

    Examples
    --------
    >>> before = get_num_threads()
    >>> set_num_threads(1)
    >>> get_num_threads()
    1
    >>> set_num_threads(before)
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - only when needed

    global _num_threads  # noqa: PLW0603 - the one setting of the process
    wanted = integer("the number of threads", count, at_least=1)
    if wanted > MOST_THREADS:
        raise ValueError(f"the number of threads must be {MOST_THREADS} at the most; got {wanted}")
    _num_threads = wanted
    threadpool_limits(_num_threads, user_api="blas")


def get_precision() -> str:
    """Return what `set_precision` or the environment variable ``ADIM_PRECISION`` chose; "fast" at first."""
    check_environment()
    return _precision


def set_precision(name: str) -> None:
    """Choose how exact the sums of convolutions must be.

    Parameters
    ----------
    name : {"fast", "exact"}
        "fast" lets the compiled engine use Winograd's filtering for 3x3 filters of stride 1, whose float32 results are
        off by up to about 5e-6 of the largest one (never 2e-5). "exact" rules it out: sums are then direct, off by
        about 1e-6. The environment variable ``ADIM_PRECISION`` makes the same choice before the program starts.

    Raises
    ------
    ValueError
        If there is no such precision.

    Examples
    --------
    >>> set_precision("exact")
    >>> get_precision()
    'exact'
    >>> set_precision("fast")
    """
    global _precision  # noqa: PLW0603 - the one setting of the process
    _precision = _known(name, "the precision")


def _known(name: str, what: str) -> str:
    if not isinstance(name, str) or name not in PRECISIONS:
        raise ValueError(f"{what} must be one of {', '.join(map(repr, PRECISIONS))}; got {name!r}")
    return name


def _read_environment() -> None:
    if precision := os.environ.get("ADIM_PRECISION"):
        global _precision  # noqa: PLW0603 - the one setting of the process
        _precision = _known(precision, "the environment variable ADIM_PRECISION")
    if threads := os.environ.get("ADIM_NUM_THREADS"):
        if not threads.isascii() or not threads.isdecimal() or not 1 <= int(threads[:9]) <= MOST_THREADS:
            raise ValueError(
                f"the environment variable ADIM_NUM_THREADS must be a whole number from 1 to {MOST_THREADS}; "
                f"got {threads!r}"
            )
        set_num_threads(int(threads))


try:
    _read_environment()
except ValueError as error:
    refuse(error)
