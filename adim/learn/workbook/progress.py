"""How far a learner has come: which exercises are right, in the notebooks or in the file beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import NamedTuple, TypeAlias

from adim.learn.exercises import EXERCISES
from adim.learn.languages import LANGUAGES, Language, Text, preferred
from adim.learn.verdict import Verdict
from adim.learn.workbook.folder import begun_in, files
from adim.learn.workbook.lessons import Lesson, lessons

_NOT_BEGUN = Text(
    en="no course was begun in {folder}; begin one with: adim course start {folder}",
    tr="{folder} içinde başlanmış bir kurs yok; başlamak için: adim course start {folder}",
)

_NOT_THERE = Text(
    en="no course was begun in {folder}; the folder that you are in holds one: adim course status .",
    tr="{folder} içinde başlanmış bir kurs yok; bulunduğun klasörde ise var: adim course status .",
)

Check: TypeAlias = Callable[[Path, tuple[str, ...]], tuple[Verdict, ...]]


class Step(NamedTuple):
    """A lesson, and the best verdict on each of its exercises."""

    lesson: Lesson
    verdicts: tuple[Verdict, ...]

    @property
    def done(self) -> bool:
        """Whether all its exercises are right; a lesson without any never says."""
        return bool(self.verdicts) and all(verdict.passed for verdict in self.verdicts)


class Progress(NamedTuple):
    """The lessons one by one, and the points that they earned together."""

    steps: tuple[Step, ...]
    language: Language

    @property
    def points(self) -> float:
        """What was earned, of 100."""
        return round(sum(verdict.points for step in self.steps for verdict in step.verdicts), 1)


def status(folder: str | PathLike[str], check: Check, *, lang: str | None = None) -> Progress:
    """Say which exercises of a course that was begun are right.

    Parameters
    ----------
    folder : str or path-like
        Where it was begun.
    check : callable
        Checks exercises of a file: `adim.learn.checking.check_file`.
    lang : {"en", "tr"}, optional
        Which language's lessons; needed where both were begun.

    Raises
    ------
    FileNotFoundError
        If no course was begun there.
    """
    folder = Path(folder)
    language = preferred(lang if lang is not None else begun_in(folder))
    there = [path for path in files(folder, language) if path.is_file()]
    if not there:
        here = any(path.is_file() for known in LANGUAGES for path in files(Path(), known))
        raise FileNotFoundError((_NOT_THERE if here else _NOT_BEGUN).into(language, folder=folder))
    best: dict[str, Verdict] = {}
    every = lessons(language)
    for path in there:
        names = next((lesson.exercises for lesson in every if lesson.name == path.stem), tuple(EXERCISES))
        for verdict in check(path, names) if names else ():
            if verdict.exercise not in best or verdict.points > best[verdict.exercise].points:
                best[verdict.exercise] = verdict
    return Progress(tuple(_steps(every, best)), language)


def _steps(every: tuple[Lesson, ...], best: dict[str, Verdict]) -> Iterator[Step]:
    for lesson in every:
        none = (Verdict(name, 0, EXERCISES[name].points) for name in lesson.exercises)
        yield Step(lesson, tuple(best.get(verdict.exercise, verdict) for verdict in none))
