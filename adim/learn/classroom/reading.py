"""A learner's file comes in, or a note says why not: whatever lies in the folder, the batch goes on.

A file is read once. What is graded, compared and remembered is this copy, so that a file which changes meanwhile
cannot get the marks of another.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from adim.learn.classroom.naming import shown
from adim.learn.classroom.notes import Note
from adim.learn.languages import Language
from adim.learn.source import LONGEST
from adim.learn.workbook.folder import language_of


class Handed(NamedTuple):
    """A file as it was read.

    Attributes
    ----------
    name : str
        Where it lies, seen from the folder of submissions; ready to be shown.
    suffix : str
        ``.py`` or ``.ipynb``.
    content : bytes
        What is in it.
    """

    name: str
    suffix: str
    content: bytes

    @property
    def language(self) -> Language | None:
        """The language that the file chooses."""
        return language_of(self.content)


def read(path: Path, folder: Path) -> Handed | Note:
    """Read a file that was handed in.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path
        The folder of submissions; what lies elsewhere is not read.

    Returns
    -------
    Handed or Note
        The file, or why it cannot be graded.
    """
    name = shown(os.path.relpath(path, folder).replace(os.sep, "/"))
    try:
        content = _content(path, folder)
    except OSError as error:
        return Note("unreadable", {"file": name, "reason": error.strerror or type(error).__name__})
    if isinstance(content, str):
        return Note(content, {"file": name, "limit": LONGEST // 2**20})
    return Handed(name, path.suffix.lower(), content)


def _content(path: Path, folder: Path) -> bytes | str:
    """Return what is in a file, or the key of the note that says why it is not read."""
    try:
        real = path.resolve(strict=True)
    except (FileNotFoundError, RuntimeError):  # a link to nowhere, or in a circle
        return "link"
    if not real.is_relative_to(folder.resolve()):
        return "link"
    if not stat.S_ISREG(real.stat().st_mode):  # to open a device may do something to it
        return "no file"
    # Between the two looks a file can become a pipe, which would keep its reader waiting.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(real, flags), "rb") as file:  # noqa: PTH123 - a Path opens no descriptors
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return "no file"
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        return "large"
    return content if content.strip() else "empty"
