"""The class as tables for other programs: a spreadsheet's, and the one that nbgrader exports.

A spreadsheet takes a cell that begins like a formula for one, and a learner's name may begin so; an apostrophe before
it makes it text (https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from adim.learn.classroom.grader import Title
from adim.learn.classroom.result import OF, ClassResult, Graded
from adim.learn.exercises import EXERCISES
from adim.learn.languages import Language

# https://nbgrader.readthedocs.io/en/stable/plugins/export-plugin.html: the columns of its own CSV exporter
_NBGRADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def grades(result: ClassResult, title: Title) -> bytes:
    """Return ``grades.csv``: a row for each learner, a column for each function.

    It begins with the mark by which Excel knows UTF-8.
    """
    rows = [
        [
            graded.learner,
            "; ".join(graded.files),
            *_cells(graded, [graded.points]),
            OF,
            *_cells(graded, [graded.of(name).points for name in EXERCISES]),
            "; ".join(mistakes(graded, title, result.language)),
            " ".join(note.into(result.language) for note in graded.notes),
        ]
        for graded in result.graded
    ]
    return _csv(["learner", "file", "points", "of", *EXERCISES, "mistakes", "notes"], rows).encode("utf-8-sig")


def nbgrader(result: ClassResult, assignment: str) -> str:
    """Return ``nbgrader.csv``: a row for each learner, as ``nbgrader export`` writes it."""
    rows = [[assignment, "", "", graded.learner, "", "", "", *_scores(graded)] for graded in result.graded]
    return _csv(_NBGRADER, rows)


def mistakes(graded: Graded, title: Title, language: Language) -> list[str]:
    """Return the short names of what is wrong with a learner's functions, each with its function."""
    return [
        f"{verdict.exercise}: {title(finding.key, language)}"
        for verdict in graded.verdicts
        if not verdict.passed
        for finding in verdict.findings
    ]


def _scores(graded: Graded) -> list[object]:
    (score,) = _cells(graded, [graded.points])
    return [score, 0.0, score, float(OF)]


def _cells(graded: Graded, points: Sequence[float]) -> list[object]:
    """Return points as cells, which stay empty as long as nothing is graded: 0 would be taken for a grade."""
    return ["" if graded.pending else round(some, 2) for some in points]


def _csv(head: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
