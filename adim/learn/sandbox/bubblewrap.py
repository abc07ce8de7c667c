"""bubblewrap's command line: a wall around a process, where the system has it (github.com/containers/bubblewrap).

Behind it, there are no files but those that Python and NumPy are made of, and these cannot be written; no process but
the sandbox's own; no network; no rights. When the process that asked for it ends, all behind it end.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/alternatives", "/etc/ld.so.cache")


def installed() -> str | None:
    """Return bubblewrap's path, None where it is not."""
    return shutil.which("bwrap") if sys.platform == "linux" else None


def around(command: list[str], shown: list[Path]) -> list[str]:
    """Return the command that runs another behind the wall.

    Parameters
    ----------
    command : list of str
        A Python program.
    shown : list of Path
        The files and folders that it needs beside Python's library.

    Examples
    --------
    >>> around(["/usr/bin/python3", "/srv/program.py"], [Path("/srv/program.py")])[-5:]
    ['--chdir', '/', '--', '/usr/bin/python3', '/srv/program.py']
    """
    return [
        installed() or "bwrap",
        *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *_files(shown),
        *("--dev-bind", os.devnull, os.devnull, "--remount-ro", "/", "--chdir", "/", "--"),
        *command,
    ]


def _files(shown: list[Path]) -> Iterator[str]:
    """Yield the options that lay out the files: libraries without their packages, and what is shown."""
    covered: list[str] = []
    for place in dict.fromkeys((*map(Path, _SYSTEM), Path(sys.base_prefix, "lib"))):
        if place.is_symlink():
            yield from ("--symlink", str(place.readlink()), str(place))
        elif place.exists():
            yield from ("--ro-bind", str(place), str(place))
            covered += map(str, place.glob("python3*/*-packages"))
    for packages in covered:
        yield from ("--tmpfs", packages)
    for place in shown:
        yield from ("--ro-bind", str(place), str(place))
    for packages in covered:
        yield from ("--remount-ro", packages)
