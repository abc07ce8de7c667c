"""Who handed in what: the layouts in which submissions arrive, brought to one list of learners and their files.

===============================================  ===================================================
``ali.py``, ``ali.ipynb``                        the learner is the name before the dot
``ali/...``                                      a folder a learner, with folders in it or without
``submitted/ali/homework/ali.ipynb``             nbgrader: below ``submitted``, a folder a learner
``submission_12345/...``                         Gradescope: ``submission_metadata.yml`` has the names
``Ali Veli_12345_assignsubmission_file_/...``    Moodle, with folders and without
===============================================  ===================================================

nbgrader's layout is described at https://nbgrader.readthedocs.io/en/stable/user_guide/philosophy.html; those of
Gradescope ("Export submissions") and Moodle ("Download all submissions") are those of their archives.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from adim.learn.classroom.naming import digest, shown
from adim.learn.classroom.notes import Note
from adim.learn.classroom.output import MARK

SUFFIXES = (".py", ".ipynb")
MOST_FILES = 40  # of one learner; a folder with more holds an installation, not a submission
METADATA = "submission_metadata.yml"
_NOT_HANDED_IN = {"__MACOSX", "__pycache__", "site-packages", "node_modules"}
_MOODLE = re.compile(r"(?P<learner>.+?_\d+)_assignsubmission_(file|onlinetext)(_.*)?", re.DOTALL)


class Submission(NamedTuple):
    """What a learner handed in.

    Attributes
    ----------
    learner : str
        Their name, printable and different from all others.
    files : tuple of Path
        The files that may count, the newest first.
    notes : tuple of Note
        What is to be said of them already.
    """

    learner: str
    files: tuple[Path, ...]
    notes: tuple[Note, ...] = ()


class Found(NamedTuple):
    """What lies in a folder of submissions.

    Attributes
    ----------
    submissions : tuple of Submission
        By the learners' names.
    ignored : tuple of str
        Names of files beside them that are no submissions, such as archives that nobody unpacked.
    assignment : str
        The name of the folder in which, as with nbgrader, every learner's files lie; empty if there is no such.
    """

    submissions: tuple[Submission, ...]
    ignored: tuple[str, ...]
    assignment: str = ""


def find(folder: Path) -> Found:
    """Return the submissions in a folder, whichever of the known layouts it has.

    Parameters
    ----------
    folder : Path
        The folder of submissions.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "ali.py").write_text("def zero_pad(X, pad): ...")
    >>> [submission.learner for submission in find(folder).submissions]
    ['ali']
    """
    root, beside = _root(folder)
    named = _names_of_gradescope(root)
    files: dict[str, list[Path]] = {}
    ignored = list(beside)
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        path = root / entry.name
        if _hidden(entry.name) or entry.name == METADATA or _is(Path.exists, path / MARK):
            continue
        if _is(Path.is_dir, path):
            files.setdefault(named.get(entry.name) or _learner(entry.name), []).extend(_below(path))
        elif path.suffix.lower() in SUFFIXES:
            files.setdefault(_learner(path.stem), []).append(path)
        else:
            ignored.append(shown(entry.name))
    learners = _told_apart(files)
    submissions = (_submission(learners[name], some) for name, some in files.items())
    ordered = tuple(sorted(submissions, key=lambda one: (_place(one.learner), one.learner)))
    return Found(ordered, tuple(ignored), _assignment(root, ordered))


def _assignment(root: Path, submissions: Sequence[Submission]) -> str:
    """Return the one name that stands between each learner's folder and their files."""
    below = [path.relative_to(root).parts[1:-1] for one in submissions for path in one.files]
    names = {parts[0] if len(parts) == 1 else "" for parts in below}
    return names.pop() if len(names) == 1 else ""


def _root(folder: Path) -> tuple[Path, list[str]]:
    """Return where the learners' folders lie, and the names of files that may have been meant as submissions."""
    inner = folder / "submitted"
    if not inner.is_dir() or inner.is_symlink():
        return folder, []
    beside = [path.name for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not _hidden(path.name)]
    return inner, [shown(name) for name in sorted(beside) if name != "nbgrader_config.py"]


def _is(what: Callable[[Path], bool], path: Path) -> bool:
    """Ask about a path; where there is no answer, as for links in a circle or in a locked folder, it is not so."""
    try:
        return what(path)
    except OSError:
        return False


def _hidden(name: str) -> bool:
    return name.startswith(".") or name in _NOT_HANDED_IN


def _learner(name: str) -> str:
    moodle = _MOODLE.fullmatch(name)
    return moodle["learner"] if moodle else name


def _below(folder: Path) -> Iterator[Path]:
    """Yield the files that may count in a learner's folder; one more than the most at the end, if there are more.

    A link that leads to a folder is yielded as it is, and refused when it is to be read.
    """
    if folder.is_symlink():
        yield folder
        return
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _hidden(name))
        for name in sorted(names):
            if Path(name).suffix.lower() in SUFFIXES and not _hidden(name):
                yield Path(place, name)
                count += 1
                if count > MOST_FILES:
                    return


def _submission(learner: str, files: list[Path]) -> Submission:
    notes = []
    if not files:
        notes.append(Note("nothing"))
    if len(files) > MOST_FILES:
        notes.append(Note("many", {"limit": MOST_FILES}))
    newest = sorted(files[:MOST_FILES], key=lambda path: (-_changed(path), path))
    return Submission(learner, tuple(newest), tuple(notes))


def _changed(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0


def _place(name: str) -> str:
    """Return what a name is sorted by: Ç follows c, and capitals do not come first."""
    return unicodedata.normalize("NFKD", name.casefold())


def _told_apart(names: Iterable[str]) -> dict[str, str]:
    """Return how each name is shown, with a few letters more where two would look the same."""
    names = list(names)
    often = Counter(map(shown, names))
    return {name: shown(name) if often[shown(name)] == 1 else f"{shown(name)} #{digest(name)}" for name in names}


def _names_of_gradescope(folder: Path) -> dict[str, str]:
    """Return the learners of Gradescope's folders, by folder; a group's names are joined.

    The file is YAML with Ruby's symbols for keys: ``submission_1: {:submitters: [{:name: Ali Veli, :sid: '7'}]}``.
    """
    names: dict[str, str] = {}
    if not _is(Path.is_file, folder / METADATA):
        return names
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415 - only when needed

    try:
        with (folder / METADATA).open("rb") as file:
            entries = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return names
    for key, entry in entries.items() if isinstance(entries, dict) else ():
        with contextlib.suppress(AttributeError, KeyError, TypeError):
            names[str(key)] = " & ".join(str(person[":name"]) for person in entry[":submitters"])
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name} ({key})" for key, name in names.items() if name}
