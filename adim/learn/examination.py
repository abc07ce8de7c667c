"""What is found out about one function, from what it does with the calls of a check: points, mistakes, an example."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from adim.learn.cases import drawn, tiny
from adim.learn.comparison import Judgement, alike, judge, right_answers
from adim.learn.diagnosis import diagnose
from adim.learn.example import described, smallest
from adim.learn.exercises import Exercise
from adim.learn.libraries import Use
from adim.learn.lines import lines
from adim.learn.mistakes import MISTAKES
from adim.learn.source import Submission
from adim.learn.trial import HELPERS, Outcome, Task
from adim.learn.verdict import Example, Finding, Line, Verdict

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
        found = Finding("library", _lines(source, [library.line]), {"library": library.name})
        return Verdict(exercise.name, 0, exercise.points, findings=(found,))
    cases = drawn(exercise.name, seed)
    trial = _try(exercise, run, seed)
    helpers: tuple[str, ...] = ()
    if not trial.right and not _ends_by_itself(exercise, run, source, seed, trial):  # none is blamed for those it calls
        trial, helpers = _with_right_helpers(exercise, run, source, seed, trial)
    outcomes, judgements = trial
    aspects = {case.aspect: True for case in cases} | {"intact": not any(outcome.modified for outcome in outcomes)}
    for case, judgement in zip(cases, judgements, strict=True):
        aspects[case.aspect] &= judgement.right
    if not any(judgement.right for judgement in judgements):
        aspects = dict.fromkeys(aspects, False)  # to leave the arguments alone is no merit of what does nothing else
    findings = list(_findings(exercise, source, seed, seconds, trial))
    if helpers:
        findings.append(Finding("fed" if trial.right else "fed_too", values={"helpers": ", ".join(helpers)}))
    example = None
    if not trial.right and not any(f.key in MISTAKES or f.key in _NEED_NO_EXAMPLE for f in findings):
        example = _shown(exercise, run, helpers)
    points = round(exercise.points * sum(aspects.values()) / len(aspects), 1)
    return Verdict(exercise.name, points, exercise.points, aspects, tuple(findings), example)


def absent(exercise: Exercise, source: Submission) -> Verdict:
    """Say that a submission does not define a function, and which of its lines are not Python, if there are any."""
    findings = [Finding("missing")]
    findings += [Finding("not_python", _lines(source, [line]), {"message": why}) for line, why in source.broken[:3]]
    return Verdict(exercise.name, 0, exercise.points, findings=tuple(findings))


class _Trial(NamedTuple):
    """What came of the calls, and how it compares."""

    outcomes: Sequence[Outcome]
    judgements: Sequence[Judgement]

    @property
    def right(self) -> bool:
        return self.right_calls == len(self.judgements)

    @property
    def right_calls(self) -> int:
        """How many calls are right."""
        return sum(judgement.right for judgement in self.judgements)

    @property
    def errors(self) -> int:
        """How many do not return."""
        return sum(outcome.end != "returned" for outcome in self.outcomes)

    @property
    def ended(self) -> bool:
        """Whether a call was ended from outside."""
        return any(outcome.end in _ENDS for outcome in self.outcomes)


def _try(exercise: Exercise, run: Run, seed: int, substitutes: tuple[str, ...] = ()) -> _Trial:
    cases, rights = drawn(exercise.name, seed), right_answers(exercise.name, seed)
    outcomes = run([Task(exercise.name, cases, substitutes)])[0]
    return _Trial(outcomes, [judge(exercise, *triple) for triple in zip(cases, outcomes, rights, strict=True)])


def _ends_by_itself(exercise: Exercise, run: Run, source: Submission, seed: int, own: _Trial) -> bool:
    """Say whether a function ran out of time or memory or died, and does so with right helpers, too.

    One trial with all of them tells, and spares the waiting for one with each.
    """
    helpers = _helpers(exercise, source)
    return own.ended and (not helpers or _try(exercise, run, seed, helpers).ended)


def _helpers(exercise: Exercise, source: Submission) -> tuple[str, ...]:
    """Return the learner's own functions that an exercise is built of."""
    return tuple(name for name in exercise.uses if name in source.functions and name in HELPERS)


def _with_right_helpers(
    exercise: Exercise, run: Run, source: Submission, seed: int, own: _Trial
) -> tuple[_Trial, tuple[str, ...]]:
    """Return the trial with right helpers in the place of those that are wrong, and the names of these.

    A helper is wrong if something changes, and not to the worse, when a right one takes its place.
    """

    def changes(trial: _Trial) -> bool:
        return any(not alike(*pair) for pair in zip(trial.outcomes, own.outcomes, strict=True)) and (
            trial.right_calls > own.right_calls or (trial.right_calls == own.right_calls and trial.errors <= own.errors)
        )

    trials = {name: _try(exercise, run, seed, (name,)) for name in _helpers(exercise, source)}
    wrong = tuple(name for name, trial in trials.items() if changes(trial))
    if not wrong:
        return own, ()
    return (_try(exercise, run, seed, wrong) if len(wrong) > 1 else trials[wrong[0]]), wrong


# -- what is wrong -----------------------------------------------------------------------------------------------------

_ENDS = {"ran out of time": "hangs", "ran out of memory": "memory", "died": "died"}
_NEED_NO_EXAMPLE = {"unwritten", "returns_nothing", *_ENDS.values()}


def _findings(exercise: Exercise, source: Submission, seed: int, seconds: float, trial: _Trial) -> Iterator[Finding]:
    """Tell what is wrong, the most telling first, and what is worth knowing."""
    outcomes = trial.outcomes
    if not trial.right:
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
            yield from _explained(exercise, source, seed, trial)
    modified = [name for name in drawn(exercise.name, seed)[0].arguments if any(name in o.modified for o in outcomes)]
    if modified:
        where = _lines(source, _looked_at(source, exercise.name, "accumulation"))
        yield Finding("modifies", where, {"arguments": ", ".join(modified)})
    printed = max(outcome.printed for outcome in outcomes)
    if printed > PRINTED:
        yield Finding("prints", values={"count": printed})


def _explained(exercise: Exercise, source: Submission, seed: int, trial: _Trial) -> Iterator[Finding]:
    """Explain wrong answers by known mistakes, or tell what is seen of them first."""
    if all(judgement.manner in {"right", "rounded"} for judgement in trial.judgements):
        yield Finding("rounded")
        return
    diagnosis = diagnose(exercise, seed, trial.outcomes, trial.judgements)
    if diagnosis is not None:
        for mistake in diagnosis.mistakes:
            look = _looked_at(source, exercise.name, mistake.look)
            yield Finding(mistake.key, _lines(source, look), sure=diagnosis.sure)
        return
    n = next(n for n, judgement in enumerate(trial.judgements) if not judgement.right)
    outcome, judgement = trial.outcomes[n], trial.judgements[n]
    right = right_answers(exercise.name, seed)[n]
    if judgement.manner == "no answer":
        yield Finding("raises", _lines(source, [outcome.line]), {"error": outcome.error, "message": outcome.message})
    elif judgement.manner == "parts":
        yield Finding("parts", values={"parts": ", ".join(exercise.parts), "received": described(outcome.value)})
    else:
        part = exercise.parts.index(judgement.part)
        answer = outcome.value[part] if len(exercise.parts) > 1 else outcome.value
        values = {"part": judgement.part, "expected": described(right[part]), "received": described(answer)}
        yield Finding(
            {"shape": "shape", "type": "type", "kind": "type"}.get(judgement.manner, "unknown"), values=values
        )


def _shown(exercise: Exercise, run: Run, substitutes: tuple[str, ...]) -> Example | None:
    """Return the smallest call that fails: a tiny one, or else one that is drawn for all to see."""
    examples = (
        smallest(exercise, cases, run([Task(exercise.name, cases, substitutes)])[0])
        for cases in (tiny(exercise.name), drawn(exercise.name, 0))
    )
    return next(filter(None, examples), None)


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
