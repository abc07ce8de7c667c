"""Which mistakes a function makes, told by what it does: it behaves as a faulty twin does, right and wrong alike.

How the function is written plays no part. Where no single twin behaves alike, those with two mistakes are asked; then,
where a function returns several things, what is wrong with each alone; and at last, since one function may raise where
another returns nonsense, the twins that fail at the same calls, which is a guess and is called one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from adim.learn.cases import drawn
from adim.learn.comparison import Judgement, alike, close, judge, parts, right_answers
from adim.learn.exercises import EXERCISES, Exercise
from adim.learn.mistakes import Mistake, of, twins
from adim.learn.trial import Outcome


class Diagnosis(NamedTuple):
    """The mistakes that explain how a function behaves, and whether they explain all of it."""

    mistakes: tuple[Mistake, ...]
    sure: bool = True


class _Twin:
    """A function with mistakes that are known, and what it does with each of the calls."""

    def __init__(
        self, exercise: Exercise, seed: int, mistakes: tuple[Mistake, ...], function: Callable[..., object]
    ) -> None:
        self.mistakes = mistakes
        self._exercise, self._seed, self._function = exercise, seed, function
        self._outcomes: dict[int, Outcome] = {}

    def outcome(self, n: int) -> Outcome:
        """Return what comes of call number n."""
        if n not in self._outcomes:
            case = drawn(self._exercise.name, self._seed)[n]
            try:  # a twin is ours: it prints nothing, and leaves its arguments alone
                self._outcomes[n] = Outcome("returned", self._function(*case.arguments.values()))
            except Exception as error:  # noqa: BLE001 - as a learner's function would, it raises this or that
                self._outcomes[n] = Outcome("raised", error=type(error).__name__, message=str(error))
        return self._outcomes[n]

    def parts(self, n: int) -> tuple[Any, ...] | None:
        """Return the parts of its answer to call number n, if it gives one."""
        outcome = self.outcome(n)
        return parts(self._exercise, outcome.value) if outcome.end == "returned" else None

    def is_right(self, n: int) -> bool:
        """Say whether that is right."""
        name = self._exercise.name
        case, right = drawn(name, self._seed)[n], right_answers(name, self._seed)[n]
        return judge(self._exercise, case, self.outcome(n), right).right


def diagnose(
    exercise: Exercise, seed: int, outcomes: Sequence[Outcome], judgements: Sequence[Judgement]
) -> Diagnosis | None:
    """Name the mistakes of a function.

    Parameters
    ----------
    exercise : Exercise
        What the function should be.
    seed : int
        The seed of the calls.
    outcomes : sequence of Outcome
        What came of `adim.learn.cases.drawn(exercise.name, seed)`.
    judgements : sequence of Judgement
        Whether that was right.

    Returns
    -------
    Diagnosis or None
        None where no known mistake explains it.
    """
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):  # twins do what warns
        return _diagnose(exercise, seed, outcomes, judgements)


def _diagnose(
    exercise: Exercise, seed: int, outcomes: Sequence[Outcome], judgements: Sequence[Judgement]
) -> Diagnosis | None:
    cases = drawn(exercise.name, seed)
    right = [n for n, judgement in enumerate(judgements) if judgement.right]
    wrong = sorted({*range(len(cases))} - {*right}, key=lambda n: cases[n].size)
    calls = [*wrong, *right]  # a small call that is wrong rules out most twins at once
    singles = _twins(exercise.name, seed, 1)

    def same_words(twin: _Twin) -> int:
        """Count the wrong calls of which the same comes, to the letter of a message."""
        return sum(twin.outcome(n).message == outcomes[n].message for n in wrong)

    suspects = [
        twin for twin in singles if all(alike(twin.outcome(n), outcomes[n]) for n in calls) and same_words(twin)
    ]
    if suspects:  # several may raise the same errors; what these say tells them apart
        return Diagnosis(max(suspects, key=same_words).mistakes)
    found = _by_parts(exercise, seed, singles, outcomes, calls)
    if found:
        return Diagnosis(found)
    # What one mistake spoils a second seldom mends, so both must spare the calls that are right.
    possible = {m.key for twin in singles if all(twin.is_right(n) for n in right) for m in twin.mistakes}
    for twin in _twins(exercise.name, seed, 2):
        if (
            possible.issuperset(mistake.key for mistake in twin.mistakes)
            and all(alike(twin.outcome(n), outcomes[n]) for n in calls)
            and same_words(twin)
        ):
            return Diagnosis(twin.mistakes)
    guesses = [
        twin
        for twin in singles
        if all(_fail_alike(twin, n, outcomes[n], judgements[n]) for n in calls)
        and (right or any(outcomes[n].end == "returned" and alike(twin.outcome(n), outcomes[n]) for n in wrong))
    ]
    if guesses:
        best = max(guesses, key=lambda twin: sum(alike(twin.outcome(n), outcomes[n]) for n in wrong))
        return Diagnosis(best.mistakes, sure=False)
    return None


@cache
def _twins(function: str, seed: int, mistakes: int) -> tuple[_Twin, ...]:
    """Return the twins of a function that make so many mistakes; for a class, they are made once."""
    return tuple(
        _Twin(EXERCISES[function], seed, chosen, twin)
        for chosen in combinations(of(function), mistakes)
        for twin in twins(*chosen)
    )


def _fail_alike(twin: _Twin, n: int, outcome: Outcome, judgement: Judgement) -> bool:
    """Say whether twin and function return the same, or are both wrong and one of them does not return."""
    if judgement.right or twin.outcome(n).end == outcome.end == "returned":
        return alike(twin.outcome(n), outcome)
    return not twin.is_right(n)


def _by_parts(
    exercise: Exercise, seed: int, singles: Sequence[_Twin], outcomes: Sequence[Outcome], calls: Sequence[int]
) -> tuple[Mistake, ...]:
    """Return the mistakes that explain the parts of the answers one by one; none if a part stays unexplained."""
    answers = [parts(exercise, outcome.value) if outcome.end == "returned" else None for outcome in outcomes]
    rights = right_answers(exercise.name, seed)
    every = range(len(exercise.parts))
    if len(every) == 1 or any(answer is None for answer in answers):
        return ()

    def same(part: int, n: int, others: tuple[Any, ...] | None) -> bool:
        mine = answers[n]
        return mine is not None and others is not None and close(mine[part], others[part])

    right = [part for part in every if all(same(part, n, rights[n]) for n in calls)]
    found: dict[str, Mistake] = {}
    for part in every:
        if part in right:
            continue
        for twin in singles:
            if all(all(same(one, n, twin.parts(n)) for one in (part, *right)) for n in calls):
                found |= {mistake.key: mistake for mistake in twin.mistakes}
                break
        else:
            return ()
    return tuple(found.values())
