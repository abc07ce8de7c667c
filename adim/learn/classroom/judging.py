"""One submission is judged: which of its files counts for which function, and what a check says of each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from adim.learn.exercises import EXERCISES
from adim.learn.source import Submission, read
from adim.learn.verdict import Verdict

Check: TypeAlias = Callable[[Path, tuple[str, ...], int], Sequence[Verdict]]
"""Takes a file, names of functions and a seed; returns a verdict for each name."""


class Judgement(NamedTuple):
    """What came of a submission.

    Attributes
    ----------
    verdicts : tuple of Verdict
        One for each function, in the course's order; none if no file can be read as Python.
    taken : dict of str to int
        For each function that is defined, the number of the file that counts.
    broken : tuple of int
        The numbers of the files that are no Python source or notebook.
    code : tuple of str
        The code of the files that count.
    """

    verdicts: tuple[Verdict, ...]
    taken: dict[str, int]
    broken: tuple[int, ...]
    code: tuple[str, ...]

    @property
    def counted(self) -> set[int]:
        """The numbers of the files that count; where no function is defined, the first that can be read."""
        return set(self.taken.values()) or {min(set(range(len(self.broken) + 1)) - set(self.broken))}


def judge(files: Sequence[Path], check: Check, seed: int) -> Judgement:
    """Judge a submission.

    Parameters
    ----------
    files : sequence of Path
        Its files. Of two that define a function the earlier one counts, unless it is still to be written there: the
        course gives it out both in a notebook and in a file, and learners write it in either.
    check : callable
        What judges the functions in a file.
    seed : int
        What its hidden cases are drawn from.
    """
    sources: dict[int, Submission] = {}
    for number, file in enumerate(files):
        try:
            sources[number] = read(file)
        except ValueError:
            continue
    broken = tuple(number for number in range(len(files)) if number not in sources)
    if not sources:
        return Judgement((), {}, broken, ())
    taken = {}
    for name in EXERCISES:
        defining = [number for number, source in sources.items() if name in source.functions]
        written = [number for number in defining if _written(sources[number].code, name)]
        if defining:
            taken[name] = (written or defining)[0]
    first = min(taken.values(), default=min(sources))  # which answers for functions that are defined nowhere
    verdicts: dict[str, Verdict] = {}
    for number in sorted({first, *taken.values()}):
        names = tuple(name for name in EXERCISES if taken.get(name, first) == number)
        verdicts |= {verdict.exercise: verdict for verdict in check(files[number], names, seed)}
    code = tuple(sources[number].code for number in sorted(set(taken.values())))
    return Judgement(tuple(verdicts[name] for name in EXERCISES), taken, broken, code)


def _written(code: str, name: str) -> bool:
    """Say whether a function is more than the place that the course leaves for it."""
    definitions = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef) and node.name == name]
    raised = (node.exc for node in ast.walk(definitions[-1]) if isinstance(node, ast.Raise)) if definitions else ()
    return not any(isinstance(error, ast.Name) and error.id == "NotImplementedError" for error in raised)
