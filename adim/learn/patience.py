"""An end to a call that does not end by itself, in this process."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Iterator

_AGAIN = 0.02  # seconds until the exception is thrown once more, for code that swallows it


class OutOfTime(BaseException):
    """Thrown into code that takes too long; no ``except Exception`` catches it."""


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Throw `OutOfTime` into the body if it takes longer, again and again until it ends.

    A call into a library that does not come back, ``time.sleep`` among them, is not interrupted, but what follows is. A
    loop in a ``try`` that swallows everything, inside another loop, cannot be stopped by any means in a process.

    Examples
    --------
    >>> with deadline(0.05):
    ...     while True:
    ...         pass
    Traceback (most recent call last):
    adim.learn.patience.OutOfTime
    """
    thread = ctypes.c_ulong(threading.get_ident())
    over, lock = threading.Event(), threading.Lock()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(OutOfTime))
            wait = _AGAIN

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        while not over.is_set():
            with contextlib.suppress(OutOfTime), lock:  # thrown here, it must not keep the watch from ending
                over.set()
        with contextlib.suppress(OutOfTime):
            for _ in range(10):  # one that is on its way arrives here; to take it back would leave CPython 3.11 waiting
                pass
