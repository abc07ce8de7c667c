"""What is found out about one function, from what it does with the calls of a check: points, mistakes, an example."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from adim.learn.cases import drawn, tiny
from adim.learn.comparison import Judgement, judge, right_answers
from adim.learn.diagnosis import diagnose
from adim.learn.example import described, smallest
from adim.learn.exercises import Exercise
from adim.learn.libraries import Use
from adim.learn.lines import lines
from adim.learn.mistakes import MISTAKES
from adim.learn.source import Submission
from adim.learn.trial import HELPERS, Outcome, Task
from adim.learn.verdict import Finding, Line, Verdict

Run: TypeAlias = Callable[[Sequence[Task]], Sequence[Sequence[Outcome]]]

PRINTED = 10_000  # characters in a call from which on it is worth a word


def examine(
    exercise: Exercise, run: Run, source: Submission, *, seed: int, seconds: float, library: Use | None = None
) -> Verdict:
    """Say what a function is worth and what is wrong with it.

    Parameters
    ----------
    exercise : Exercise
        What it should be.
    run : callable
        Makes calls of the learner's functions: tasks to outcomes.
    source : Submission
        Where the function is written, for the lines to look at.
    seed : int
        The seed of the calls.
    seconds : float
        The time after which `run` stops a call, for the message.
    library : Use, optional
        The library that computes in the function's place, if there is one.

    Returns
    -------
    Verdict
    """
    if library is not None:
        found = Finding("library", _lines(source, [library.line]), {"library": library.library})
        return Verdict(exercise.name, 0, exercise.points, findings=(found,))
    cases = drawn(exercise.name, seed)
    outcomes = run([Task(exercise.name, cases)])[0]
    judgements = [
        judge(exercise, case, outcome, right)
        for case, outcome, right in zip(cases, outcomes, right_answers(exercise.name, seed), strict=True)
    ]
    aspects = {case.aspect: True for case in cases} | {"intact": not any(outcome.modified for outcome in outcomes)}
    for case, judgement in zip(cases, judgements, strict=True):
        aspects[case.aspect] &= judgement.right
    if not any(judgement.right for judgement in judgements):
        aspects = dict.fromkeys(aspects, False)  # to leave the arguments alone is no merit of what does nothing else
    findings = list(_findings(exercise, run, source, seed, seconds, outcomes, judgements))
    example = None
    if not all(j.right for j in judgements) and not any(
        f.key in MISTAKES or f.key in _NEED_NO_EXAMPLE for f in findings
    ):
        example = smallest(exercise, run([Task(exercise.name, tiny(exercise.name))])[0])
    points = round(exercise.points * sum(aspects.values()) / len(aspects), 1)
    return Verdict(exercise.name, points, exercise.points, aspects, tuple(findings), example)


_NEED_NO_EXAMPLE = {"unwritten", "returns_nothing", "hangs", "died", "memory", "fed"}


def _findings(
    exercise: Exercise,
    run: Run,
    source: Submission,
    seed: int,
    seconds: float,
    outcomes: Sequence[Outcome],
    judgements: Sequence[Judgement],
) -> Iterator[Finding]:
    """Tell what is wrong, the most telling first, and what is worth knowing."""
    if not all(judgement.right for judgement in judgements):
        ended = next((outcome for outcome in outcomes if outcome.end in _ENDS), None)
        unwritten = next((outcome for outcome in outcomes if outcome.error == "NotImplementedError"), None)
        if ended is not None:
            yield Finding(_ENDS[ended.end], values={"seconds": f"{seconds:g}"})
        elif unwritten is not None:
            yield Finding("unwritten", _lines(source, [unwritten.line]))
            return
        elif all(outcome.end == "returned" and outcome.value is None for outcome in outcomes):
            yield Finding("returns_nothing", _lines(source, _looked_at(source, exercise.name, "return")))
        else:
            yield from _explained(exercise, run, source, seed, outcomes, judgements)
    modified = [name for name in drawn(exercise.name, seed)[0].arguments if any(name in o.modified for o in outcomes)]
    if modified:
        where = _lines(source, _looked_at(source, exercise.name, "accumulation"))
        yield Finding("modifies", where, {"arguments": ", ".join(modified)})
    printed = max(outcome.printed for outcome in outcomes)
    if printed > PRINTED:
        yield Finding("prints", values={"count": printed})


_ENDS = {"ran out of time": "hangs", "ran out of memory": "memory", "died": "died"}


def _explained(
    exercise: Exercise,
    run: Run,
    source: Submission,
    seed: int,
    outcomes: Sequence[Outcome],
    judgements: Sequence[Judgement],
) -> Iterator[Finding]:
    """Explain wrong answers: by the functions that feed it, by known mistakes, or by what is seen first."""
    wrong_helpers = _wrong_helpers(exercise, run, source, seed)
    if wrong_helpers:
        yield Finding("fed", values={"helpers": ", ".join(wrong_helpers)})
        return
    diagnosis = diagnose(exercise, seed, outcomes, judgements)
    if diagnosis is not None:
        for mistake in diagnosis.mistakes:
            look = _looked_at(source, exercise.name, mistake.look)
            yield Finding(mistake.key, _lines(source, look), sure=diagnosis.sure)
        return
    n = next(n for n, judgement in enumerate(judgements) if not judgement.right)
    outcome, judgement = outcomes[n], judgements[n]
    right = right_answers(exercise.name, seed)[n]
    received = outcome.value
    if judgement.manner == "no answer":
        yield Finding("raises", _lines(source, [outcome.line]), {"error": outcome.error, "message": outcome.message})
    elif judgement.manner == "parts":
        yield Finding("parts", values={"parts": ", ".join(exercise.parts), "received": described(received)})
    elif all(judgement.manner in {"right", "rounded"} for judgement in judgements):
        yield Finding("rounded")
    else:
        part = exercise.parts.index(judgement.part)
        answer = received[part] if len(exercise.parts) > 1 else received
        values = {"part": judgement.part, "expected": described(right[part]), "received": described(answer)}
        yield Finding(
            {"shape": "shape", "type": "type", "kind": "type"}.get(judgement.manner, "unknown"), values=values
        )


def _wrong_helpers(exercise: Exercise, run: Run, source: Submission, seed: int) -> tuple[str, ...]:
    """Return the functions of the learner's on which all depends: with right ones in their place nothing is wrong."""
    own = [name for name in exercise.uses if name in source.functions and name in HELPERS]
    if not own:
        return ()
    cases, rights = drawn(exercise.name, seed), right_answers(exercise.name, seed)
    for chosen in ([[name] for name in own] if len(own) > 1 else []) + [own]:
        outcomes = run([Task(exercise.name, cases, tuple(chosen))])[0]
        if all(
            judge(exercise, case, outcome, right).right
            for case, outcome, right in zip(cases, outcomes, rights, strict=True)
        ):
            return tuple(chosen)
    return ()


# -- lines -------------------------------------------------------------------------------------------------------------


def _looked_at(source: Submission, function: str, look: str) -> Sequence[int]:
    """Return the lines of a kind in the function's last definition."""
    definitions = [
        node for node in ast.walk(ast.parse(source.code)) if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    return lines(definitions[-1], look) if definitions else ()


def _lines(source: Submission, numbers: Sequence[int | None]) -> tuple[Line, ...]:
    text = source.code.split("\n")
    found = []
    for number in numbers:
        if number is not None and 0 < number <= len(text):
            cell, within = source.place(number)
            found.append(Line(within, text[number - 1].strip(), cell))
    return tuple(found)
