"""What grading a class comes to: each learner's verdicts and notes, and what is to be said of all together."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import NamedTuple

from adim.learn.classroom.likeness import Alike
from adim.learn.classroom.notes import NOT_GRADED, Note
from adim.learn.exercises import EXERCISES
from adim.learn.languages import Language
from adim.learn.verdict import Verdict

OF = sum(exercise.points for exercise in EXERCISES.values())
"""What all eight functions are worth together."""


ABSENT = {"missing", "unwritten"}
"""The findings, of `adim.learn.wording.GENERAL`, that a function is not there, or still to be written."""


def is_absent(verdict: Verdict) -> bool:
    """Say whether a function is not wrong, but not there, or still to be written.

    Examples
    --------
    >>> from adim.learn.verdict import Finding
    >>> is_absent(Verdict("zero_pad", 0, 8, findings=(Finding("missing"),)))
    True
    """
    return any(finding.key in ABSENT for finding in verdict.findings)


class Graded(NamedTuple):
    """A learner, and what is to be said of their work.

    Attributes
    ----------
    learner : str
        Their name.
    files : tuple of str
        The files that count, seen from the folder of submissions.
    language : {"en", "tr"}
        What their page is written in.
    verdicts : tuple of Verdict
        One for each function, in the course's order; none where nothing could be graded.
    notes : tuple of Note
        What else they should know.
    told : tuple of str
        The verdicts as Markdown, in their language.
    code : tuple of str
        The code that counts, in pieces that each stand alone.
    """

    learner: str
    files: tuple[str, ...]
    language: Language
    verdicts: tuple[Verdict, ...]
    notes: tuple[Note, ...] = ()
    told: tuple[str, ...] = ()
    code: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The sum of what the functions earned."""
        return sum(verdict.points for verdict in self.verdicts)

    @property
    def pending(self) -> bool:
        """Whether grading broke off, so that there are no points yet, not even 0."""
        return any(note.key in NOT_GRADED for note in self.notes)

    def of(self, exercise: str) -> Verdict:
        """Return the verdict on a function."""
        for verdict in self.verdicts:
            if verdict.exercise == exercise:
                return verdict
        return Verdict(exercise, 0.0, EXERCISES[exercise].points)


class ClassResult(NamedTuple):
    """A graded class.

    Attributes
    ----------
    folder : Path
        Where everything is written down.
    graded : tuple of Graded
        By the learners' names.
    alike : tuple of Alike
        Groups of submissions that resemble each other, the most alike first.
    ignored : tuple of str
        What lay among the submissions and is none.
    seed : int
        What hidden cases were drawn from.
    language : {"en", "tr"}
        What the report is written in.
    isolation : str
        How submissions were kept apart from the machine.
    reused : int
        How many verdicts an earlier run had left.
    """

    folder: Path
    graded: tuple[Graded, ...]
    alike: tuple[Alike, ...]
    ignored: tuple[str, ...]
    seed: int
    language: Language
    isolation: str
    reused: int

    @property
    def mean(self) -> float:
        """The mean of the points, of those who have any; 0 if nobody has."""
        return statistics.fmean(self._points or [0.0])

    @property
    def median(self) -> float:
        """The median of the points, of those who have any; 0 if nobody has."""
        return float(statistics.median(self._points or [0.0]))

    @property
    def _points(self) -> list[float]:
        return [graded.points for graded in self.graded if not graded.pending]
