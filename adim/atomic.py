"""A file appears whole or not at all.

A writer that is interrupted (Ctrl-C, a full disk, an error halfway) leaves a file that looks like a result and is none,
in the place of the one that was good. `replacing` lets it write beside the target; the finished file then takes the
target's name in one step.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a place to write beside `path`, and move what was written there to `path` at the end.

    If the body raises anything, `KeyboardInterrupt` included, the half-written file is removed and `path` is as it was.
    An error of a full disk, which knows no file, gets the name of this one.

    Parameters
    ----------
    path : str or path-like
        The file to make or replace. A symbolic link is followed: the file that it points to is replaced.

    Yields
    ------
    Path
        An empty new file in the same folder, with the same suffix (some writers choose their format by it).

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If the folder does not exist, or is a file.
    IsADirectoryError
        If `path` is a folder.
    PermissionError
        If `path` is write-protected, or its folder takes no new files.
    OSError
        If `path` is no regular file (a device, a pipe), or the disk refuses.

    Notes
    -----
    The file gets the permissions that writing to `path` itself would have left: a replaced file's own, and those that
    the umask grants to a new one. Its contents reach the disk before its name does, so a power cut leaves the old file
    or the new.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp(), "history.csv")
    >>> with replacing(target) as temporary:
    ...     _ = temporary.write_text("epoch,loss")
    >>> target.read_text()
    'epoch,loss'
    """
    target = Path(os.path.realpath(path))
    mode = _mode_of_writable(target, shown=os.fspath(path))
    temporary = target.with_name(f".{secrets.token_hex(8)}{target.suffix}")
    try:
        try:
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except OSError as error:
            raise type(error)(
                f"cannot write {os.fspath(path)}: the folder {target.parent} takes no new files ({error.strerror})"
            ) from error
        yield temporary
        with temporary.open("r+b") as written:
            os.fsync(written.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
    except OSError as error:
        if error.filename is None and error.errno in _FULL:
            error.filename = os.fspath(path)
        raise
    finally:
        with contextlib.suppress(OSError):  # after success there is nothing left to remove
            temporary.unlink()


def _mode_of_writable(target: Path, *, shown: str) -> int | None:
    """Return the permissions of the file at `target`, None if there is none; raise if it cannot be written."""
    if not target.parent.exists():
        raise FileNotFoundError(f"cannot write {shown}: there is no folder {target.parent}; make it first")
    if not target.parent.is_dir():
        raise NotADirectoryError(f"cannot write {shown}: {target.parent} is a file, not a folder")
    if target.is_dir():
        raise IsADirectoryError(f"cannot write {shown}: it is a folder; give the name of a file in it")
    if not target.exists():
        return None
    if not target.is_file():
        raise OSError(f"cannot write {shown}: it is a device or a pipe, not a file that can be replaced")
    try:
        target.open("r+b").close()
    except PermissionError as error:
        raise PermissionError(f"cannot write {shown}: it is write-protected; choose another name") from error
    return stat.S_IMODE(target.stat().st_mode)
