"""How many threads compute while something is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec


@contextmanager
def limited(count: int) -> Iterator[None]:
    """Let NumPy's BLAS and our engines use so many threads within a block.

    Examples
    --------
    >>> with limited(1):
    ...     product = np.ones((4, 4)) @ np.ones((4, 4))
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - only when needed

    with threadpool_limits(count):
        if not find_spec("adim.engines.compiled"):
            yield
            return
        threads = import_module("adim.engines.compiled.threads")
        before = threads.get_num_threads()
        threads.set_num_threads(count)
        try:
            yield
        finally:
            threads.set_num_threads(before)
