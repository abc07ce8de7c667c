"""Grade a folder of submissions: find them, judge each in safety, write everything down."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import TextIO

from adim.engines.settings import usable_cores
from adim.learn.classroom.desk import Desk
from adim.learn.classroom.grader import Grader
from adim.learn.classroom.ledger import Ledger
from adim.learn.classroom.likeness import find_alike
from adim.learn.classroom.naming import shown
from adim.learn.classroom.output import claimed
from adim.learn.classroom.publishing import publish
from adim.learn.classroom.result import ClassResult, Graded
from adim.learn.classroom.submissions import Submission, find
from adim.learn.classroom.watching import Watch
from adim.learn.classroom.workers import Worker, side_by_side
from adim.learn.languages import Text, preferred

RECORDS, COPIES = ".verdicts", ".copies"

_NO_FOLDER = Text(en="there is no folder {folder}", tr="{folder} diye bir klasör yok")
_A_FILE = Text(
    en="{folder} is a file; give the folder that holds the submissions",
    tr="{folder} bir dosya; teslim edilenlerin bulunduğu klasörü ver",
)
_NOTHING = Text(
    en="{folder} holds no submissions: no .py or .ipynb file, and no folder",
    tr="{folder} içinde teslim edilmiş bir şey yok: ne .py ya da .ipynb dosyası ne de bir klasör",
)


def grade(
    folder: str | PathLike[str],
    output: str | PathLike[str] | None = None,
    *,
    seed: int = 0,
    language: str | None = None,
    jobs: int | None = None,
    progress: TextIO | None = None,
) -> ClassResult:
    """Grade a folder of submissions, and leave a folder of results.

    Each submission runs in a sandbox. A run that was interrupted, or killed, goes on where it was when it is started
    again; what has changed meanwhile is graded anew.

    Parameters
    ----------
    folder : str or path-like
        The submissions, in one of the layouts of `adim.learn.classroom.submissions`.
    output : str or path-like, optional
        The folder for the results, a new one or that of an earlier run; by default ``NAME-grades`` beside the folder.
    seed : int, default 0
        What hidden cases are drawn from. Learners are not told.
    language : {"en", "tr"}, optional
        The language of everything. When left out, a learner's page is written in the language of their notebook, and
        the rest in that of the environment.
    jobs : int, optional
        How many submissions are graded at a time; as many as there are processors by default.
    progress : text file, optional
        Where to show how it is getting on: with a bar in a terminal, in lines anywhere else. Nowhere by default.

    Returns
    -------
    ClassResult

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If there is no such folder.
    FileExistsError
        If `output` holds something else than results.
    BlockingIOError
        If another run is writing into it.
    ValueError
        If the folder holds no submission, the language is unknown, or `jobs` is less than 1.
    KeyboardInterrupt
        After Ctrl-C; what had begun is finished and written down.

    Notes
    -----
    Processes of ours import the program that calls this, as all of `multiprocessing` does: a script calls it under
    ``if __name__ == "__main__"``.
    """
    from adim.learn.classroom.standard import GRADER  # noqa: PLC0415 - loads everything

    return grade_with(GRADER, folder, output, seed=seed, language=language, jobs=jobs, progress=progress)


def grade_with(
    grader: Grader,
    folder: str | PathLike[str],
    output: str | PathLike[str] | None = None,
    *,
    seed: int = 0,
    language: str | None = None,
    jobs: int | None = None,
    progress: TextIO | None = None,
) -> ClassResult:
    """Grade a folder of submissions with any grader.

    Parameters
    ----------
    grader : Grader
        What judges, and what puts a judgement into words; all else is as `grade` has it.
    """
    folder, spoken = Path(folder), preferred(language)
    if not folder.exists():
        raise FileNotFoundError(_NO_FOLDER.into(spoken, folder=folder))
    if not folder.is_dir():
        raise NotADirectoryError(_A_FILE.into(spoken, folder=folder))
    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs must be at least 1; got {jobs}")
    whole = folder.resolve()
    target = Path(output) if output is not None else whole.with_name(f"{whole.name}-grades")
    found = find(folder)
    if not found.submissions:
        raise ValueError(_NOTHING.into(spoken, folder=folder))
    isolation = grader.isolation(spoken)  # raises where nothing could be graded
    with claimed(target), _for_now(target / COPIES) as copies:
        desk = Desk(grader, folder, Ledger(target / RECORDS), copies, seed, spoken if language else None)
        with Watch(len(found.submissions), progress, spoken) as watch:

            def do(worker: Worker, submission: Submission) -> tuple[Graded, bool]:
                graded, old = desk.grade(worker, submission)
                watch.tell(graded)
                return graded, old

            pairs = side_by_side(do, found.submissions, jobs or usable_cores())
        graded = tuple(graded for graded, _ in pairs)
        result = ClassResult(
            folder=target,
            graded=graded,
            alike=find_alike({one.learner: one.code for one in graded}),
            ignored=found.ignored,
            seed=seed,
            language=spoken,
            isolation=isolation,
            reused=sum(old for _, old in pairs),
        )
        publish(result, grader.title, assignment=shown(found.assignment or whole.name))
    return result


@contextlib.contextmanager
def _for_now(folder: Path) -> Iterator[Path]:
    """Give a folder, and take it away at the end with all that is in it, also by a run that was killed."""
    folder.mkdir(exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
