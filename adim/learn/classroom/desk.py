"""Where one submission after the other is graded: read, looked up, judged if need be, and written down."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from adim.learn.classroom.grader import Grader
from adim.learn.classroom.judging import Judgement, judge
from adim.learn.classroom.ledger import Ledger, key
from adim.learn.classroom.naming import shown
from adim.learn.classroom.notes import Note
from adim.learn.classroom.reading import Handed, read
from adim.learn.classroom.result import Graded
from adim.learn.classroom.submissions import Submission
from adim.learn.classroom.workers import Worker, WorkerError
from adim.learn.exercises import EXERCISES
from adim.learn.languages import Language, preferred


class Desk(NamedTuple):
    """What is the same for all submissions.

    Attributes
    ----------
    grader : Grader
        Who judges.
    folder : Path
        Where the submissions lie.
    ledger : Ledger
        What is already judged.
    copies : Path
        Where to put copies of files while they are judged.
    seed : int
        What hidden cases are drawn from.
    language : {"en", "tr"} or None
        The language of all pages; None for each learner's own.
    """

    grader: Grader
    folder: Path
    ledger: Ledger
    copies: Path
    seed: int
    language: Language | None

    def grade(self, worker: Worker, submission: Submission) -> tuple[Graded, bool]:
        """Return a graded submission, and whether an earlier run had judged it."""
        notes = list(submission.notes)
        handed: list[Handed] = []
        for path in submission.files:
            found = read(path, self.folder)
            if isinstance(found, Handed):
                handed.append(found)
            else:
                notes.append(found)
        chosen = next((file.language for file in handed if file.language), None)
        language = self.language or chosen or preferred()
        if not handed:
            return Graded(submission.learner, (), language, (), tuple(notes)), False
        name = key(self.seed, ((file.suffix, file.content) for file in handed))
        judgement = self.ledger.read(name)
        old = judgement is not None and name in self.ledger.earlier
        if judgement is None:
            try:
                self.ledger.write(name, self._judged(worker, handed))
            except WorkerError as error:
                notes.append(Note(error.reason, {"error": shown(str(error))[:200]}))
                files = tuple(file.name for file in handed)
                return Graded(submission.learner, files, language, (), tuple(notes)), False
            judgement = self.ledger.read(name) or Judgement((), {}, (), ())  # what is told is what was written
        files = tuple(file.name for number, file in enumerate(handed) if number in judgement.counted)
        notes += _remarks(judgement, handed)
        try:
            told = tuple(self.grader.tell(verdict, language) for verdict in judgement.verdicts)
        except Exception as error:  # noqa: BLE001 - one verdict without words must not keep all others from being told
            notes.append(Note("failed", {"error": shown(f"{type(error).__name__}: {error}")[:200]}))
            return Graded(submission.learner, files, language, (), tuple(notes)), old
        return Graded(submission.learner, files, language, judgement.verdicts, tuple(notes), told, judgement.code), old

    def _judged(self, worker: Worker, handed: Sequence[Handed]) -> Judgement:
        """Have copies of the files judged; these have one name, so that no message depends on a learner's."""
        with tempfile.TemporaryDirectory(dir=self.copies) as folder:
            paths = []
            for number, file in enumerate(handed):
                path = Path(folder, str(number), f"submission{file.suffix}")
                path.parent.mkdir()
                path.write_bytes(file.content)
                paths.append(path)
            return worker.call(judge, paths, self.grader.check, self.seed)


def _remarks(judgement: Judgement, handed: Sequence[Handed]) -> list[Note]:
    """Return what is to be said of the files after they were judged."""
    notes = [
        Note("no notebook" if handed[number].suffix == ".ipynb" else "no text", {"file": handed[number].name})
        for number in judgement.broken
    ]
    if len(judgement.broken) == len(handed):
        return notes
    if not judgement.taken:
        names = ", ".join(handed[number].name for number in range(len(handed)) if number not in judgement.broken)
        notes.append(Note("undefined", {"file": names}))
    elif len(handed) > 1:
        taken: dict[int, list[str]] = {}
        for function in EXERCISES:
            if function in judgement.taken:
                taken.setdefault(judgement.taken[function], []).append(function)
        said = [
            handed[number].name if len(taken) == 1 else f"{handed[number].name} ({', '.join(functions)})"
            for number, functions in taken.items()
        ]
        notes.append(Note("one of several", {"count": len(handed), "taken": ", ".join(said)}))
    return notes
