"""Starting the course: a folder with notebooks and exercises, in which nothing of the learner's is overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from adim.atomic import replacing
from adim.learn.languages import LANGUAGES, Language, Text, preferred
from adim.learn.workbook.lessons import Lesson, lessons

EXERCISES_FILE = Text(en="exercises.py", tr="alistirmalar.py")

_HEAD = Text(
    en='"""The eight functions, as the lessons ask for them: write here or in the notebooks.\n\n'
    "`adim course check {file}` says what is right, what is wrong, and where to look.\n"
    '"""\n\nimport numpy as np\n',
    tr='"""Derslerin istediği sekiz fonksiyon: ister buraya yaz, ister defterlere.\n\n'
    "`adim course check {file}` neyin doğru, neyin yanlış olduğunu ve nereye bakacağını söyler.\n"
    '"""\n\nimport numpy as np\n',
)

_A_FILE = Text(
    en="the course needs a folder to be written into; {path} is a file",
    tr="derslerin yazılması için bir klasör gerekiyor; {path} ise bir dosya",
)
_CHOICE = re.compile(rb"use_language\(\s*\\?[\"'](\w+)")  # in a notebook, quotes are escaped


class Started(NamedTuple):
    """What `start` did: the files that it wrote, those that were there already, and in which language."""

    folder: Path
    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    language: Language


def start(folder: str | PathLike[str], *, lang: str | None = None) -> Started:
    """Write the notebooks and the exercises into a folder; a file that is there stays as it is.

    Parameters
    ----------
    folder : str or path-like
        Where to work; made if it does not exist.
    lang : {"en", "tr"}, optional
        The language; by default that of a course begun there, then `preferred`.

    Returns
    -------
    Started

    Raises
    ------
    ValueError
        If the course does not speak the language.
    OSError
        If the folder is a file, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> started = start(tempfile.mkdtemp(), lang="en")
    >>> len(started.written), started.written[-1].name
    (11, 'exercises.py')
    >>> len(start(started.folder).kept)
    11
    """
    folder = Path(folder)
    language = preferred(lang if lang is not None else begun_in(folder))
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(_A_FILE.into(language, path=folder))
    folder.mkdir(parents=True, exist_ok=True)
    written, kept = [], []
    for name, text in _contents(language):
        path = folder / name
        if path.exists() or path.is_symlink():
            kept.append(path)
            continue
        with replacing(path) as temporary:
            temporary.write_text(text, "utf-8")
        written.append(path)
    return Started(folder, tuple(written), tuple(kept), language)


def begun_in(folder: Path) -> Language | None:
    """Return the language of the course that was begun in a folder; None if there is none, or one in each."""
    found: list[Language] = [
        language for language in LANGUAGES if any(path.exists() for path in files(folder, language))
    ]
    return found[0] if len(found) == 1 else None


def language_of(content: bytes) -> Language | None:
    """Return the language that a file of the course chooses: a notebook in its first cell, a Python file in its head.

    Examples
    --------
    >>> language_of(b'use_language("tr")')
    'tr'
    """
    chosen = _CHOICE.findall(content)
    heads = {language: EXERCISES_FILE.into(language).encode() in content for language in LANGUAGES}
    return next((language for language in LANGUAGES if language.encode() in chosen or heads[language]), None)


def files(folder: Path, language: Language) -> tuple[Path, ...]:
    """Return where the notebooks and the exercises are, or would be."""
    names = [f"{lesson.name}.ipynb" for lesson in lessons(language)]
    return tuple(folder / name for name in [*names, EXERCISES_FILE.into(language)])


def _contents(language: Language) -> list[tuple[str, str]]:
    import nbformat  # noqa: PLC0415 - takes a while

    every = lessons(language)
    write: Callable[[Any], str] = nbformat.writes
    contents = [(f"{lesson.name}.ipynb", write(lesson.notebook())) for lesson in every]
    name = EXERCISES_FILE.into(language)
    return [*contents, (name, exercises_file(every, language))]


def exercises_file(every: tuple[Lesson, ...], language: Language, *, solved: bool = False) -> str:
    """Return the exercises of all lessons as one Python file."""
    functions = [source for lesson in every for source in lesson.functions(solved=solved)]
    head = _HEAD.into(language, file=EXERCISES_FILE.into(language))
    return "\n\n".join([head, *(source.strip("\n") + "\n" for source in functions)])
