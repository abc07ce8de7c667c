"""What a learner's function gave beside what it should have given."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from adim.learn.cases import drawn
from adim.learn.exercises import EXERCISES, Exercise
from adim.learn.trial import Case, Outcome, plain, same

Array = npt.NDArray[Any]
Manner: TypeAlias = Literal["right", "rounded", "type", "parts", "shape", "kind", "value", "no answer"]

TOLERANCE = {"f4": 1e-3, "f8": 1e-5}
"""What may lie between two ways of adding the same numbers, as a share of the largest, by the dtype of the input."""

ROUNDING = 1e-2
"""Beyond the tolerance and up to this share, a difference looks like rounding rather than like a mistake."""


class Judgement(NamedTuple):
    """How an answer compares with the right one.

    Attributes
    ----------
    manner : str
        ``"right"``, or the first thing that is not: its ``"type"``, the number of its ``"parts"``, its ``"shape"``, the
        ``"kind"`` of its entries (booleans or numbers), its ``"value"``, which may differ as if ``"rounded"``; or there
        is ``"no answer"``.
    part : str
        The part of the answer in which it is: ``"dW"``.
    entry : tuple of int
        The first entry that differs.
    """

    manner: Manner
    part: str = ""
    entry: tuple[int, ...] = ()

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return self.manner == "right"


def expected(exercise: Exercise, case: Case) -> tuple[Any, ...]:
    """Return the parts of the right answer to a call.

    Examples
    --------
    >>> expected(EXERCISES["distribute_value"], Case("", {"dz": 2, "shape": (1, 2)}))
    (array([[1., 1.]]),)
    """
    value = plain(exercise.reference(*case.arguments.values()))
    return value if len(exercise.parts) > 1 else (value,)


@cache
def right_answers(function: str, seed: int) -> tuple[tuple[Any, ...], ...]:
    """Return the parts of the right answer to each call that is drawn from a seed."""
    return tuple(expected(EXERCISES[function], case) for case in drawn(function, seed))


def judge(exercise: Exercise, case: Case, outcome: Outcome, right: tuple[Any, ...]) -> Judgement:
    """Compare what came of a call with the parts of the right answer.

    Examples
    --------
    >>> exercise, case = EXERCISES["distribute_value"], Case("", {"dz": 2, "shape": (1, 2)})
    >>> judge(exercise, case, Outcome("returned", np.array([[1.0, 2.0]])), expected(exercise, case))
    Judgement(manner='value', part='a', entry=(0, 1))
    """
    if outcome.end != "returned":
        return Judgement("no answer")
    answers = parts(exercise, outcome.value)
    if answers is None:
        return Judgement("parts")
    tolerance = TOLERANCE["f4" if any(_is_float32(value) for value in case.arguments.values()) else "f8"]
    for name, answer, wanted in zip(exercise.parts, answers, right, strict=True):
        found = _cache(answer, wanted) if name == "cache" else _array(answer, wanted, tolerance)
        if not found.right:
            return found._replace(part=name)
    return Judgement("right")


def parts(exercise: Exercise, value: Any) -> tuple[Any, ...] | None:
    """Return the parts of an answer; None if it has not as many as it should."""
    if len(exercise.parts) == 1:
        return (value,)
    return tuple(value) if isinstance(value, tuple | list) and len(value) == len(exercise.parts) else None


def close(one: Any, other: Any, tolerance: float = 1e-4) -> bool:
    """Say whether two answers are the same but for rounding: types, shapes and kinds of entries included."""
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(close(a, b, tolerance) for a, b in zip(one, other, strict=True))
    if isinstance(one, np.ndarray | np.generic | float | int) and isinstance(
        other, np.ndarray | np.generic | float | int
    ):
        return _array(one, other, tolerance).right
    return same(one, other)


def alike(one: Outcome, other: Outcome) -> bool:
    """Say whether the same came of two calls: answers that are close, or errors of one type.

    Examples
    --------
    >>> alike(Outcome("returned", 1.0), Outcome("returned", 1.0 + 1e-9)), alike(Outcome("returned", 1), Outcome("died"))
    (True, False)
    """
    if one.end == other.end == "returned":
        return close(one.value, other.value)
    return one.end == other.end and one.error == other.error


def _array(answer: Any, wanted: Any, tolerance: float) -> Judgement:
    if not isinstance(answer, np.ndarray | np.generic | float | int) or (
        isinstance(wanted, np.ndarray) and wanted.ndim and not isinstance(answer, np.ndarray)
    ):
        return Judgement("type")
    a, w = np.asarray(answer), np.asarray(wanted)
    if a.shape != w.shape:
        return Judgement("shape")
    if (a.dtype.kind == "b") != (w.dtype.kind == "b"):
        return Judgement("kind")
    if w.dtype.kind == "b":
        wrong = a != w
        return _first(wrong, "value")
    a, w = a.astype(np.float64), w.astype(np.float64)
    scale = max(1e-30, float(np.max(np.abs(w), initial=0, where=np.isfinite(w))))
    with np.errstate(all="ignore"):
        off = np.where((a == w) | (np.isnan(a) & np.isnan(w)), 0.0, np.nan_to_num(np.abs(a - w) / scale, nan=np.inf))
    wrong = off > tolerance
    return _first(wrong, "rounded" if np.max(off, initial=0) <= ROUNDING else "value")


def _first(wrong: Array, manner: Manner) -> Judgement:
    if not wrong.any():
        return Judgement("right")
    return Judgement(manner, entry=tuple(int(i) for i in np.argwhere(wrong)[0]))


def _cache(answer: Any, wanted: Any) -> Judgement:
    """Compare what the backward pass needs: the same things in the same order, whatever they are collected in."""
    if not isinstance(answer, tuple | list):
        return Judgement("type")
    if len(answer) != len(wanted):
        return Judgement("parts")
    for place, (a, w) in enumerate(zip(answer, wanted, strict=True)):
        if isinstance(w, np.ndarray):
            alike = isinstance(a, np.ndarray) and a.shape == w.shape and np.array_equal(a, w)
        else:
            alike = same(a, w)
        if not alike:
            return Judgement("value", entry=(place,))
    return Judgement("right")


def _is_float32(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(map(_is_float32, value))
    return isinstance(value, np.ndarray | np.generic) and value.dtype == np.float32
