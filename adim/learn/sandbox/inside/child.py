"""A forked process that hands over frames one by one, and is gone in the end whatever it does."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from typing import NoReturn, Self

_HEAD = 8  # bytes that tell a frame's length
_PIPE = 3  # the descriptor of the pipe in the child


class Lost(Exception):  # noqa: N818 - that a submission dies is no error of ours
    """The child hands nothing over any more: how it ended, and by what."""

    def __init__(self, end: str, cause: str = "") -> None:
        super().__init__(end, cause)
        self.end = end
        self.cause = cause


class Child:
    """A child of this process, killed at the end of a ``with`` block.

    Parameters
    ----------
    frames : callable
        Called in the child; what it yields is what the child hands over.
    leash : int
        A descriptor. When it can be read, its other end is closed, and nobody waits for the frames any more.
    """

    def __init__(self, frames: Callable[[], Iterator[bytes]], leash: int) -> None:
        self._leash = leash
        self._pipe, pipe = os.pipe()
        self._buffer = bytearray()
        self._pid = os.fork()
        if self._pid == 0:
            _hand_over(frames, pipe, leash)
        os.close(pipe)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._pipe)
        if self._pid:
            for kill in (os.killpg, os.kill):  # its group, too, where it has made one by now
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)

    def frame(self, seconds: float, size: int) -> bytes:
        """Return the next frame.

        Parameters
        ----------
        seconds : float
            How long to wait for it.
        size : int
            The bytes that it may have.

        Raises
        ------
        Lost
            If there is none.
        SystemExit
            If nobody waits for it.
        """
        latest = time.monotonic() + seconds
        while True:
            head = self._buffer[:_HEAD]
            end = _HEAD + int.from_bytes(head, "little")
            if len(head) == _HEAD and end - _HEAD > size:
                raise Lost("died", f"an answer of {end - _HEAD} bytes")
            if _HEAD <= end <= len(self._buffer):
                frame = bytes(self._buffer[_HEAD:end])
                del self._buffer[:end]
                return frame
            remaining = latest - time.monotonic()
            ready = select.select([self._pipe, self._leash], [], [], remaining)[0] if remaining > 0 else []
            if self._leash in ready:
                raise SystemExit
            if not ready:
                raise Lost("ran out of time")
            received = os.read(self._pipe, 2**16)
            if not received:
                raise self._lost()
            self._buffer += received

    def _lost(self) -> Lost:
        """Find out why the pipe was closed; a child that lives on without one has not long to live."""
        latest = time.monotonic() + 0.5
        while time.monotonic() < latest:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._pid = 0
                code = os.waitstatus_to_exitcode(status)
                if code >= 0:
                    return Lost("died", f"exit {code}")
                known = {-signal.SIGKILL: "ran out of memory", -signal.SIGXCPU: "ran out of time"}  # by the system
                return Lost(known.get(code, "died"), signal.Signals(-code).name)
            time.sleep(0.005)
        return Lost("died", "closed the pipe")


def send(descriptor: int, frame: bytes) -> None:
    """Write a frame."""
    data = memoryview(len(frame).to_bytes(_HEAD, "little") + frame)
    while data:
        data = data[os.write(descriptor, data) :]


def _hand_over(
    frames: Callable[[], Iterator[bytes]], pipe: int, leash: int, leave: Callable[[int], NoReturn] = os._exit
) -> NoReturn:
    """Send what there is to send, with no other file open, and leave without a look back."""
    try:
        os.setsid()
        os.dup2(pipe, _PIPE)
        os.closerange(_PIPE + 1, max(leash + 1, 256))  # the leash has its parent's number, the others are low
        for frame in frames():
            send(_PIPE, frame)
    finally:
        leave(0)
