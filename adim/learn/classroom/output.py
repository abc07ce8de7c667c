"""The folder of results: ours alone, one run at a time, and every file in it whole.

A folder is ours if the file `MARK` lies in it. The run that writes holds a lock on that file, which the system takes
back however the run ends, a power cut included; so no lock is ever left behind.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from adim.atomic import replacing
from adim.learn.languages import Text, preferred

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MARK = ".adim-grades"

_A_FILE = Text(
    en="{folder} is a file; results are written into a folder",
    tr="{folder} bir dosya; sonuçlar ise bir klasöre yazılır",
)
_FOREIGN = Text(
    en="{folder} holds files that are not results of grading; choose a new folder with -o",
    tr="{folder} klasöründe notlandırmadan gelmeyen dosyalar var; -o ile yeni bir klasör seç",
)
_AT_WORK = Text(
    en="another run of grading is writing into {folder}; let it end, or choose another folder with -o",
    tr="başka bir notlandırma {folder} klasörüne yazıyor; bitmesini bekle ya da -o ile başka bir klasör seç",
)


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Make a folder for results, or take an earlier run's, and keep others out of it meanwhile.

    Raises
    ------
    FileExistsError
        If something else lies there.
    BlockingIOError
        If another run is writing into it.
    OSError
        If the folder cannot be made or written.
    """
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(_A_FILE.into(preferred(), folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    if not mark.is_file() and any(folder.iterdir()):
        raise FileExistsError(_FOREIGN.into(preferred(), folder=folder))
    with mark.open("ab") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise BlockingIOError(_AT_WORK.into(preferred(), folder=folder)) from error
        yield


def _lock(descriptor: int) -> None:
    """Lock a file until it is closed, or raise OSError if somebody else has."""
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write(path: Path, content: str | bytes) -> None:
    """Write a file, whole or not at all, and its folder if there is none; a file that is already so is left alone."""
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_bytes() == data:
        return
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def keep_only(folder: Path, names: set[str]) -> None:
    """Remove what was written for learners who are no longer there: their pages, and their `results.json`."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in names:
            continue
        with contextlib.suppress(OSError):  # what holds something else stays
            if path.is_dir():
                (path / "results.json").unlink(missing_ok=True)
                path.rmdir()
            elif path.suffix in {".md", ".html"}:
                path.unlink()
