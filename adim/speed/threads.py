"""How many threads compute while something is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adim.engines import settings


@contextmanager
def limited(count: int) -> Iterator[None]:
    """Let NumPy's BLAS and our engines use so many threads within a block.

    Examples
    --------
    >>> with limited(1):
    ...     product = np.ones((4, 4)) @ np.ones((4, 4))
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - only when needed

    before = settings.get_num_threads()
    with threadpool_limits(count):
        settings.set_num_threads(count)
        try:
            yield
        finally:
            settings.set_num_threads(before)
