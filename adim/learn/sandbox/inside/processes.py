"""Processes: none outlives the one that started it, and none of root's runs a submission."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

_DEATH_SIGNAL, _SUBREAPER = 1, 36  # of prctl
_NOBODY = 65534


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own has ended, so that `sweep` finds it. Linux only."""
    _prctl(_SUBREAPER, 1)


def die_with_parent() -> None:
    """End this process when the one that started it ends, however that comes about. Linux only."""
    _prctl(_DEATH_SIGNAL, signal.SIGKILL)


def become_nobody(*folders: Path) -> bool:
    """Where this is root's process, make it nobody's, as long as nobody may read the folders; say whether it is now."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not all(map(_open_to_all, folders)):
        return False
    try:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    except OSError:  # in a namespace that knows no user but this one
        return False
    return True


def sweep() -> None:
    """Kill all descendants of this process, and wait until they are gone.

    When a child dies, its children become this process's own, see `adopt_orphans`; so there is an end to it.
    """
    with contextlib.suppress(ChildProcessError):  # there is none: the usual case
        os.waitpid(-1, os.WNOHANG)
        while children := list(_children()):
            for pid in children:
                os.kill(pid, signal.SIGKILL)  # not waited for yet, so the number is still its own
            os.waitpid(-1, 0)


def _children() -> Iterator[int]:
    me = os.getpid()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if int(entry.read_text().rpartition(")")[2].split()[1]) == me:  # after the name: state, parent
                yield int(entry.parent.name)


def _open_to_all(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
