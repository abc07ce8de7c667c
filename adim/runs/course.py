"""The course for the command line: begin it, see how far one has come, check a file, grade a class."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from adim.datasets.parts import PathLike
from adim.runs.door import InputError, door

if TYPE_CHECKING:
    from adim.learn.classroom import ClassResult
    from adim.learn.languages import Language
    from adim.learn.verdict import Verdict
    from adim.learn.workbook import Progress, Started


def start_course(folder: PathLike, *, lang: str | None = None) -> Started:
    """Write the course's notebooks and exercises into a folder; what is there stays as it is.

    Raises
    ------
    InputError
        If the folder cannot be written, or the course does not speak the language.
    """
    from adim.learn.workbook import start  # noqa: PLC0415 - only when needed

    with door():
        return start(folder, lang=lang)


def open_notebook(folder: PathLike) -> None:
    """Open Jupyter on a folder, and wait for its end.

    Raises
    ------
    InputError
        If JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        from adim.learn.languages import preferred  # noqa: PLC0415 - only when needed
        from adim.learn.workbook import telling  # noqa: PLC0415 - as above

        raise InputError(telling.NO_JUPYTER.into(preferred()))
    subprocess.run([sys.executable, "-m", "jupyterlab", os.fspath(folder)], check=False)  # noqa: S603 - what was asked


def course_status(folder: PathLike, *, lang: str | None = None) -> Progress:
    """Say which exercises are right in a course that was begun.

    Raises
    ------
    InputError
        If none was begun there, or a file of it cannot be read.
    """
    from adim.learn.checking import check_file  # noqa: PLC0415 - only when needed
    from adim.learn.workbook import status  # noqa: PLC0415 - as above

    with door():
        return status(folder, check_file, lang=lang)


def check_submission(
    path: PathLike, names: Sequence[str] = (), *, lang: str | None = None, seed: int = 0
) -> tuple[tuple[Verdict, ...], Language]:
    """Check exercises in a file; all that it has set out to define when no name is given.

    Returns the verdicts, and the language to tell them in: `lang`, or the file's own, or the environment's.

    Raises
    ------
    InputError
        If the file cannot be read or defines none of the exercises, or a name is none of them.
    """
    from adim.learn.checking import check_file  # noqa: PLC0415 - only when needed
    from adim.learn.exercises import EXERCISES  # noqa: PLC0415 - as above
    from adim.learn.languages import preferred  # noqa: PLC0415 - as above
    from adim.learn.source import read  # noqa: PLC0415 - as above
    from adim.learn.workbook import language_of, telling  # noqa: PLC0415 - as above

    with door():
        names = names or read(path).begun
        if not names:
            raise InputError(telling.NONE_DEFINED.into(preferred(lang), path=path, exercises=", ".join(EXERCISES)))
        verdicts = check_file(path, names, seed)
    return verdicts, preferred(lang or language_of(Path(path).read_bytes()))


def grade_class(
    folder: PathLike,
    output: Path | None = None,
    *,
    lang: str | None = None,
    seed: int = 0,
    jobs: int | None = None,
    progress: TextIO | None = None,
) -> ClassResult:
    """Grade a folder of submissions, and leave a folder of results; see `adim.learn.classroom.grade`.

    Raises
    ------
    InputError
        If there is no submission, or the results cannot be written.
    """
    from adim.learn.classroom import grade  # noqa: PLC0415 - only when needed

    with door():
        return grade(folder, output, seed=seed, language=lang, jobs=jobs, progress=progress)
