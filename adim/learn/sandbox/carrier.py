"""Carries a request to the sandbox's process and its answers back, and leaves neither a process nor a file behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from adim.learn import trial
from adim.learn.sandbox import bubblewrap

_START = 30.0  # seconds that a busy machine may take to start Python and NumPy
_END = 5.0  # seconds in which the process is to be gone when it is told so
_HEAD = 8  # bytes that tell a frame's length


class Reply(NamedTuple):
    """What came back.

    Attributes
    ----------
    frames : list of bytes
        The answers, as far as the process came.
    late : bool
        Whether it was ended since its time was over.
    """

    frames: list[bytes]
    late: bool


def carry(request: bytes, seconds: float, *, walled: bool) -> Reply:
    """Have a request answered by `adim.learn.sandbox.inside.worker`.

    Parameters
    ----------
    request : bytes
        What is to be run.
    seconds : float
        How long it may take, beside its start.
    walled : bool
        Whether bubblewrap is put around it.

    Raises
    ------
    RuntimeError
        If it does not even begin.
    """
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answered:
        asked.write(request)
        asked.seek(0)
        late = _run(asked, answered, seconds + _START, walled=walled)
        answered.seek(0)
        frames = list(_frames(answered))
    if not frames:
        raise RuntimeError("the sandbox's process did not start, so nothing was run; is the machine out of memory?")
    return Reply(frames[1:], late)


def _run(asked: IO[bytes], answered: IO[bytes], seconds: float, *, walled: bool) -> bool:
    """Run the worker to its end, or to the end of our patience; say whether it is the latter.

    It holds one end of a pipe, its leash. When the other is closed, it kills what it has started and ends: so it does
    when we are killed ourselves, and when Ctrl-C comes at the worst of moments.
    """
    leash, held = os.pipe()
    process = None
    try:
        process = subprocess.Popen(  # noqa: S603 - a program of ours
            _command(leash, walled=walled),
            stdin=asked,
            stdout=answered,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=os.sep,
            start_new_session=True,  # Ctrl-C at the terminal is for us alone
            pass_fds=(leash,) if os.name == "posix" else (),
        )
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    finally:
        os.close(held)
        os.close(leash)
        if process is not None:
            _end(process)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_END if os.name == "posix" else 0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _command(leash: int, *, walled: bool) -> list[str]:
    python = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    inside, numpy = Path(__file__).with_name("inside"), Path(np.__file__)
    files = [inside / "worker.py", Path(trial.__file__), numpy]
    command = [*map(str, (python, "-I", "-S", "-B", *files, leash))]
    if not walled:
        return command
    libraries = numpy.parent.with_name("numpy.libs")  # beside it in a wheel for Linux
    return bubblewrap.around(command, [python, inside, files[1], numpy.parent, *filter(Path.exists, [libraries])])


def _environment() -> dict[str, str]:
    """Return all that the process learns of the user's environment: nothing, where the system allows it."""
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    kept = {"SYSTEMROOT"} & os.environ.keys()  # without it, Windows starts no Python
    return dict.fromkeys(threads, "1") | {name: os.environ[name] for name in kept}


def _frames(answered: IO[bytes]) -> Iterator[bytes]:
    """Yield the frames of a file up to the first that is not whole."""
    size = os.fstat(answered.fileno()).st_size
    while answered.tell() + _HEAD <= size:
        length = int.from_bytes(answered.read(_HEAD), "little")
        if answered.tell() + length > size:
            return
        yield answered.read(length)
