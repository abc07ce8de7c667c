"""The smallest call that fails, shown with its numbers, and the window that the first wrong entry comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from adim.learn.comparison import Judgement, expected, judge, parts
from adim.learn.exercises import Exercise
from adim.learn.trial import Case, Other, Outcome
from adim.learn.verdict import Example

Array = npt.NDArray[Any]

NAMES = {"conv_backward": ("A_prev", "W", "b", "hparameters"), "pool_backward": ("A_prev", "hparameters")}
"""What the caches hold."""


def smallest(exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Example | None:
    """Return the smallest of some calls that fails; None if they are all right.

    Parameters
    ----------
    exercise : Exercise
        The function.
    cases : sequence of Case
        The calls.
    outcomes : sequence of Outcome
        What came of them.
    """
    for case, outcome in sorted(zip(cases, outcomes, strict=True), key=lambda pair: pair[0].size):
        right = expected(exercise, case)
        judgement = judge(exercise, case, outcome, right)
        if not judgement.right:
            return _example(exercise, case, outcome, right, judgement)
    return None


def described(value: Any) -> str:
    """Return what a thing is, in a few words of Python.

    Examples
    --------
    >>> described(np.zeros((2, 3))), described((1, None)), described(Other("generator"))
    ('ndarray (2, 3)', '(int, None)', 'generator')
    """
    match value:
        case np.ndarray():
            return f"ndarray {value.shape}" + (" of bool" if value.dtype.kind == "b" else "")
        case Other():  # a tuple by its class, so it comes before them
            return value.type
        case tuple():
            return f"({', '.join(map(described, value))}{',' * (len(value) == 1)})"
        case None:
            return "None"
        case _:
            return type(value).__name__


def _example(exercise: Exercise, case: Case, outcome: Outcome, right: tuple[Any, ...], judgement: Judgement) -> Example:
    call = "\n".join(_shown(exercise, case.arguments))
    answers = parts(exercise, outcome.value)
    if judgement.manner == "no answer":
        received = f"{outcome.error}: {outcome.message}" if outcome.error else outcome.end
        return Example(call, exercise.parts[0], described(right[0]), received)
    if judgement.manner == "parts" or answers is None:
        return Example(call, exercise.name, ", ".join(exercise.parts), described(outcome.value))
    n = exercise.parts.index(judgement.part)
    wanted, answer = right[n], answers[n]
    if judgement.manner in {"type", "shape", "kind"} or judgement.part == "cache":
        return Example(call, judgement.part, described(wanted), described(answer))
    entry = f"{judgement.part}[{', '.join(map(str, judgement.entry))}]" if judgement.entry else judgement.part
    window = "\n".join(_window(exercise, case.arguments, judgement.part, judgement.entry))
    number, received = (_number(np.asarray(value)[judgement.entry]) for value in (wanted, answer))
    return Example(call, entry, number, received, window)


# -- arguments ---------------------------------------------------------------------------------------------------------


def _shown(exercise: Exercise, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Return the arguments, image by image, as a reader would print them."""
    for name, value in _named(exercise, arguments):
        yield from _grids(name, value) if isinstance(value, np.ndarray) else [f"{name} = {value!r}"]


def _named(exercise: Exercise, arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in arguments.items():
        if name == "cache":
            yield from zip(NAMES[exercise.name], value, strict=True)
        else:
            yield name, value


def _grids(name: str, array: Array) -> Iterator[str]:
    """Return each picture in an array, examples and channels apart."""
    places: list[tuple[Any, ...]]
    match array.ndim:
        case 4 if name in {"W", "dW"}:
            places = [(slice(None), slice(None), *at) for at in product(*map(range, array.shape[2:]))]
        case 4 if array.shape[:3] == (1, 1, 1):
            places = [(0, 0, 0)]
        case 4:
            places = [(i, slice(None), slice(None), c) for i, c in product(range(len(array)), range(array.shape[3]))]
        case 3:
            places = [(slice(None), slice(None), c) for c in range(array.shape[2])]
        case _:
            places = [()]
    for place in places:
        index = ", ".join(":" if isinstance(at, slice) else str(at) for at in place)
        yield _grid(f"{name}[{index}]" if place else name, array[place])


def _grid(name: str, array: Array) -> str:
    """Return an array under a name, its rows one below the other."""
    head = f"{name} = "
    return head + np.array2string(array, precision=6).replace("\n", "\n" + " " * len(head))


def _number(value: Any) -> str:
    return str(value) if isinstance(value, bool | np.bool_) else f"{float(value):.6g}"


# -- windows -----------------------------------------------------------------------------------------------------------


def _window(exercise: Exercise, arguments: Mapping[str, Any], part: str, entry: tuple[int, ...]) -> Iterator[str]:
    """Return what an entry of the answer is computed from."""
    named = dict(_named(exercise, arguments))
    match exercise.name, part:
        case ("conv_forward", "Z") | ("pool_forward", "A"):
            i, h, w, c = entry
            yield from _seen(named, i, h, w, c)
        case ("conv_backward", "dA_prev") | ("pool_backward", "dA_prev"):
            i, y, x, c = entry
            yield from _collected(named, "dZ" if "dZ" in named else "dA", i, y, x)
        case ("conv_backward", "dW"):
            row, column, channel, c = entry
            yield from _met(named, row, column, channel, c)
        case ("conv_backward", "db"):
            yield from (_grid(f"dZ[{i}, :, :, {entry[-1]}]", dZ[..., entry[-1]]) for i, dZ in enumerate(named["dZ"]))
        case _:
            return


def _geometry(named: Mapping[str, Any]) -> tuple[int, int, int]:
    hparameters = named["hparameters"]
    f = len(named["W"]) if "W" in named else hparameters["f"]
    return f, hparameters["stride"], hparameters.get("pad", 0)


def _padded(A_prev: Array, pad: int) -> tuple[str, Array]:
    """Return what windows are cut from, and what it is called."""
    return "A_prev_pad" if pad else "A_prev", np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def _seen(named: Mapping[str, Any], i: int, h: int, w: int, c: int) -> Iterator[str]:
    """Return the window of an entry of the output, and the filter and bias that meet it."""
    f, stride, pad = _geometry(named)
    name, images = _padded(named["A_prev"], pad)
    rows, columns = (f"{at * stride}:{at * stride + f}" for at in (h, w))
    for channel in range(images.shape[3]) if "W" in named else (c,):
        window = images[i, h * stride : h * stride + f, w * stride : w * stride + f, channel]
        yield _grid(f"{name}[{i}, {rows}, {columns}, {channel}]", window)
    if "W" in named:
        W = named["W"]
        yield from (_grid(f"W[:, :, {channel}, {c}]", W[:, :, channel, c]) for channel in range(W.shape[2]))
        yield f"b[0, 0, 0, {c}] = {_number(named['b'][0, 0, 0, c])}"


def _collected(named: Mapping[str, Any], gradient: str, i: int, y: int, x: int) -> Iterator[str]:
    """Return the windows in which an entry of the input takes part, by the entries of the output's gradient."""
    f, stride, pad = _geometry(named)
    G = named[gradient]
    for h, w in product(range(G.shape[1]), range(G.shape[2])):
        if 0 <= y + pad - h * stride < f and 0 <= x + pad - w * stride < f:
            yield _grid(f"{gradient}[{i}, {h}, {w}, :]", G[i, h, w])


def _met(named: Mapping[str, Any], row: int, column: int, channel: int, c: int) -> Iterator[str]:
    """Return the pixels that a weight meets in each example, and the gradients of what they give, place by place."""
    _, stride, pad = _geometry(named)
    name, images = _padded(named["A_prev"], pad)
    for i, dZ in enumerate(named["dZ"]):
        rows, columns = (
            slice(at, at + stride * (n - 1) + 1, stride) for at, n in zip((row, column), dZ.shape, strict=False)
        )
        place = ", ".join(f"{at.start}:{at.stop}" + f":{stride}" * (stride > 1) for at in (rows, columns))
        yield _grid(f"{name}[{i}, {place}, {channel}]", images[i, rows, columns, channel])
        yield _grid(f"dZ[{i}, :, :, {c}]", dZ[..., c])
