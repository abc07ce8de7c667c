"""The check: a learner's function or file comes in, what is right and what is wrong with it is said."""

from __future__ import annotations

import dis
import inspect
import sys
import textwrap
import threading
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from adim.learn.cases import drawn
from adim.learn.examination import absent, examine
from adim.learn.exercises import EXERCISES, Exercise
from adim.learn.languages import Language, Text, preferred
from adim.learn.libraries import LIBRARIES, Use, foreign
from adim.learn.patience import OutOfTime, deadline
from adim.learn.source import Submission, read
from adim.learn.trial import Outcome, Task, perform
from adim.learn.verdict import Verdict
from adim.learn.wording import tell

_NO_FUNCTION = Text(
    en="check takes a function, as in check(conv_forward), without calling it; got {type}",
    tr="check bir fonksiyon alır, çağrılmadan, check(conv_forward) gibi; verilen: {type}",
)
_NO_EXERCISE = Text(
    en="{name} is none of the exercises: {exercises}", tr="{name} alıştırmalardan biri değil: {exercises}"
)
_NEAR = Text(en="; did you mean {near}?", tr="; {near} mi demek istedin?")

SECONDS = 0.75
"""How long one call may take; right functions take a hundredth of it."""

_ALONE = threading.RLock()
"""Of several threads one checks at a time: there is one standard output to take what is printed, and one global name
under which the function is put."""


def check(function: Any, *, lang: str | None = None, seed: int = 0) -> Verdict:
    """Check one of the eight functions, and print what is right, what is wrong, and where to look.

    Parameters
    ----------
    function : function
        The learner's, under the course's name.
    lang : {"en", "tr"}, optional
        The language to speak; by default that of `use_language`, or the environment's.
    seed : int, default 0
        Another seed draws other calls.

    Returns
    -------
    Verdict
        What was printed, as a record.

    Raises
    ------
    TypeError
        If it is no function.
    ValueError
        If its name is none of the eight, or the seed is negative.

    Examples
    --------
    >>> def distribute_value(dz, shape):
    ...     n_H, n_W = shape
    ...     return np.full(shape, dz / (n_H * n_W))
    >>> verdict = check(distribute_value)
    distribute_value: right, 6 of 6 points
    >>> verdict.passed
    True
    """
    language = preferred(lang)
    exercise, seed = _exercise(function, language), _seed(seed)
    file = function.__code__.co_filename

    def run(tasks: Sequence[Task]) -> list[tuple[Outcome, ...]]:
        return [tuple(_in_time(task, function, file)) for task in tasks]

    source = _source(function)
    with _ALONE:
        verdict = examine(exercise, run, source, seed=seed, seconds=SECONDS, library=_library(function, exercise))
        print(tell(verdict, language))  # noqa: T201 - what a notebook is to show
    return verdict


def check_file(path: str | PathLike[str], names: Sequence[str] = (), seed: int = 0) -> tuple[Verdict, ...]:
    """Check the exercises in a file, each call in a sandbox.

    Parameters
    ----------
    path : str or path-like
        A ``.py`` or ``.ipynb`` file.
    names : sequence of str, optional
        Which exercises; all eight when left out.
    seed : int, default 0
        What the calls are drawn from.

    Returns
    -------
    tuple of Verdict
        One for each name, in the course's order.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no submission, or a name is none of the exercises.
    RuntimeError
        If the sandbox does not work on this machine.
    """
    from adim.learn import sandbox  # noqa: PLC0415 - a live function needs none

    for name in names:
        _known(name)
    exercises = [exercise for name, exercise in EXERCISES.items() if name in names or not names]
    source = read(path)
    there = [exercise for exercise in exercises if exercise.name in source.functions]
    uses = {exercise.name: foreign(source.code, exercise) for exercise in there}
    first = [Task(exercise.name, drawn(exercise.name, seed)) for exercise in there if uses[exercise.name] is None]
    done = dict(zip([task.function for task in first], sandbox.run(source.code, first), strict=True))

    def run(tasks: Sequence[Task]) -> list[tuple[Outcome, ...]]:
        (task,) = tasks
        if task.cases is drawn(task.function, seed) and not task.substitutes:
            return [done[task.function]]
        return sandbox.run(source.code, tasks)

    seconds = sandbox.Limits().seconds
    return tuple(
        examine(exercise, run, source, seed=seed, seconds=seconds, library=uses[exercise.name])
        if exercise in there
        else absent(exercise, source)
        for exercise in exercises
    )


def _known(name: str, language: Language | None = None) -> Exercise:
    language = language or preferred()
    if name not in EXERCISES:
        near = get_close_matches(name, EXERCISES, 1)
        hint = _NEAR.into(language, near=near[0]) if near else ""
        raise ValueError(_NO_EXERCISE.into(language, name=name, exercises=", ".join(EXERCISES)) + hint)
    return EXERCISES[name]


def _seed(seed: Any) -> int:
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed must be a whole number, 0 or larger; got {seed!r}")
    return int(seed)


def _exercise(function: Any, language: Language) -> Exercise:
    if not isinstance(function, FunctionType):
        raise TypeError(_NO_FUNCTION.into(language, type=type(function).__name__))
    return _known(function.__name__, language)


def _in_time(task: Task, function: FunctionType, file: str) -> Iterator[Outcome]:
    """Make the calls of a task; after one that does not end the rest is left."""
    names = function.__globals__
    before = names.get(task.function)
    names[task.function] = function  # which may be known under another name there, or none
    try:
        over = False
        for case in task.cases:
            if over:
                yield Outcome("was not reached")
                continue
            try:
                with deadline(SECONDS):
                    outcome = next(perform(task._replace(cases=(case,)), names, file))
            except OutOfTime:
                outcome = Outcome("ran out of time")
            if outcome.error == OutOfTime.__name__:
                outcome = Outcome("ran out of time", line=outcome.line)
            over = outcome.end == "ran out of time"
            yield outcome
    finally:
        names[task.function] = before
        if before is None:
            del names[task.function]


def _source(function: FunctionType) -> Submission:
    """Return what is known of a live function's text: its own lines, where they stand in its file or cell."""
    theirs = {name: function.__globals__.get(name) for name in EXERCISES}
    own = tuple(
        name
        for name, value in theirs.items()
        if isinstance(value, FunctionType) and not str(value.__module__).startswith("adim.")
    )
    try:
        text, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return Submission(Path(), "", own)
    return Submission(Path(), "\n" * (first - 1) + textwrap.dedent("".join(text)), own)


def _library(function: FunctionType, exercise: Exercise) -> Use | None:
    """Return the library that computes in a live function, or in one of the learner's own that it calls."""
    module = str(function.__module__)  # None where a function was made by hand
    root = module.partition(".")[0]
    if root in LIBRARIES and getattr(sys.modules.get(module), function.__name__, None) is function:
        return Use(root, 0)
    seen: set[FunctionType] = set()
    waiting = [function]
    while waiting:
        current = waiting.pop()
        seen.add(current)
        for name, line in _names(current.__code__):
            value = current.__globals__.get(name)
            owner = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
            root = (owner if isinstance(owner, str) else "" if value is not None else name).partition(".")[0]
            if root in LIBRARIES and not (root == "adim" and name in exercise.uses):
                return Use(root, line)
            if isinstance(value, FunctionType) and root not in LIBRARIES and root != "numpy" and value not in seen:
                waiting.append(value)
    return None


def _names(code: CodeType) -> Iterator[tuple[str, int]]:
    """Return the global names and imports of a piece of code, and the lines where they stand."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in {"LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME"}:
            line = instruction.positions.lineno if instruction.positions else None
            yield str(instruction.argval).partition(".")[0], line or code.co_firstlineno
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
