"""Whether work is worth the compiled engine: nobody should wait for a compiler to convolve a 4x4 image.

Loading compiled code takes about a tenth of a second, compiling it about half of one, once on a machine. NumPy computes
meanwhile. So the work of the calls that leave the choice open is added up, and when NumPy has done as much of it as
would have paid for the start, the compiled engine takes over for good. Who knows beforehand how much there will be, as
a training does, says so with `expecting`, and the choice is made at once.

The sum depends on the calls alone and not on the time they take: the same program makes the same choices, and gets the
same bits, every time.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_WORTH = 1 << 30  # multiplications that NumPy needs about a tenth of a second for
_CALL = 1 << 16  # what a call costs however small it is

_lock = threading.Lock()
_done = 0
_settled = 0  # how many blocks are entered within which the choice stays what it is


def is_worth_compiling(work: int) -> bool:
    """Return whether work should go to the compiled engine, given all work so far."""
    global _done  # noqa: PLW0603 - it is of the process
    if _done < _WORTH and not _settled:
        _done += work + _CALL
    return is_made()


def is_made() -> bool:
    """Return whether all work goes to the compiled engine, from now on."""
    return _done >= _WORTH and _is_possible()


@contextmanager
def expecting(work: int) -> Iterator[None]:
    """Say how many multiplications a block will make; within it the choice does not change.

    Examples
    --------
    >>> with expecting(10**12):
    ...     is_worth_compiling(1)
    True
    """
    global _done, _settled  # noqa: PLW0603 - they are of the process
    with _lock:
        _done += work
        _settled += 1
    try:
        yield
    finally:
        with _lock:
            _settled -= 1


@cache
def _is_possible() -> bool:
    try:
        from adim.engines.compiled.processor import instruction_set  # noqa: PLC0415 - loads the compiler

        instruction_set()
    except (ImportError, ValueError) as error:
        warnings.warn(f"NumPy computes, since the compiled engine cannot: {error}", RuntimeWarning, stacklevel=4)
        return False
    return True
