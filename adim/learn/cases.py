"""The calls that a check makes: each puts one aspect of a function to the test, so that what fails says what is wrong.

Three kinds: the example that the course prints; calls drawn from a seed, the visible ones from seed 0, those of a class
from a seed that its teacher keeps; and, to show a mistake in numbers, tiny calls from the smallest up. The drawn ones
vary one thing at a time from the plainest call, and all together in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from adim import steps
from adim.learn.trial import Case

Array = npt.NDArray[Any]


class _Shape(NamedTuple):
    """The shape of one convolution or pooling; the plainest when nothing is said."""

    m: int = 1
    n_H: int = 4
    n_W: int = 4
    n_C_prev: int = 1
    n_C: int = 1
    f: int = 2
    stride: int = 1
    pad: int = 0


@cache
def drawn(exercise: str, seed: int) -> tuple[Case, ...]:
    """Return the course's example and the calls drawn from a seed.

    Parameters
    ----------
    exercise : str
        One of `adim.learn.exercises.EXERCISES`.
    seed : int
        The same seed draws the same calls.

    Examples
    --------
    >>> [case.aspect for case in drawn("distribute_value", 0)]
    ['course', 'plain', 'rectangle', 'rectangle', 'negative', 'float32']
    """
    rng = np.random.default_rng([seed, list(_DRAW).index(exercise)])
    return (Case("course", _COURSE[exercise]()), *_DRAW[exercise](rng))


@cache
def tiny(exercise: str) -> tuple[Case, ...]:
    """Return calls on few small whole numbers, the smallest first: the first that fails is the one to show.

    Examples
    --------
    >>> tiny("distribute_value")[0].arguments
    {'dz': 3.0, 'shape': (1, 1)}
    """
    return tuple(sorted(_TINY[exercise](np.random.default_rng(0)), key=lambda case: case.size))


# -- the course's examples: seed 1, in the order in which it draws -----------------------------------------------------


def _course_zero_pad() -> dict[str, Any]:
    return {"X": np.random.RandomState(1).randn(4, 3, 3, 2), "pad": 2}


def _course_single_step() -> dict[str, Any]:
    randn = np.random.RandomState(1).randn
    return {"a_slice_prev": randn(4, 4, 3), "W": randn(4, 4, 3), "b": randn(1, 1, 1)}


def _course_conv() -> dict[str, Any]:
    randn = np.random.RandomState(1).randn
    return {
        "A_prev": randn(10, 4, 4, 3),
        "W": randn(2, 2, 3, 8),
        "b": randn(1, 1, 1, 8),
        "hparameters": {"pad": 2, "stride": 2},
    }


def _course_conv_backward() -> dict[str, Any]:
    Z, cache = steps.conv_forward(**_course_conv())
    return {"dZ": Z, "cache": cache}


def _course_pool() -> dict[str, Any]:
    return {"A_prev": np.random.RandomState(1).randn(2, 4, 4, 3), "hparameters": {"stride": 2, "f": 3}}


def _course_pool_backward() -> dict[str, Any]:
    randn = np.random.RandomState(1).randn
    cache = (randn(5, 5, 3, 2), {"stride": 1, "f": 2})
    return {"dA": randn(5, 4, 2, 2), "cache": cache}


_COURSE: dict[str, Callable[[], dict[str, Any]]] = {
    "zero_pad": _course_zero_pad,
    "conv_single_step": _course_single_step,
    "conv_forward": _course_conv,
    "pool_forward": _course_pool,
    "conv_backward": _course_conv_backward,
    "create_mask_from_window": lambda: {"x": np.random.RandomState(1).randn(2, 3)},
    "distribute_value": lambda: {"dz": 2, "shape": (2, 2)},
    "pool_backward": _course_pool_backward,
}


# -- calls drawn from a seed -------------------------------------------------------------------------------------------


def _draw_zero_pad(rng: np.random.Generator) -> Iterator[Case]:
    def case(
        aspect: str, shape: tuple[int, ...], pad: int, dtype: npt.DTypeLike = np.float64, strided: bool = False
    ) -> Case:
        return Case(aspect, {"X": rng.normal(size=shape).astype(dtype), "pad": pad}, strided)

    yield case("plain", (1, 3, 3, 1), 1)
    yield case("batch", (3, 2, 2, 1), 1)
    yield case("channels", (1, 2, 2, 3), 1)
    yield case("rectangle", (1, *_unequal(rng), 1), int(rng.integers(1, 3)))
    yield case("pad", (1, 2, 2, 1), int(rng.integers(2, 5)))
    yield case("no_pad", (2, 3, 2, 2), 0)
    yield case("float32", (2, 3, 2, 2), 1, np.float32)
    yield case("view", (2, 3, 2, 2), 1, strided=True)


def _draw_single_step(rng: np.random.Generator) -> Iterator[Case]:
    def case(aspect: str, f: int, n_C_prev: int, dtype: npt.DTypeLike = np.float64, strided: bool = False) -> Case:
        window, W = (_normal(rng, f, f, n_C_prev).astype(dtype) for _ in range(2))
        return Case(aspect, {"a_slice_prev": window, "W": W, "b": _bias(rng, 1)[0].astype(dtype)}, strided)

    yield case("plain", 1, 1)
    yield case("window", int(rng.integers(2, 5)), 1)
    yield case("channels", 2, int(rng.integers(2, 5)))
    yield case("float32", 3, 2, np.float32)
    yield case("view", 3, 2, strided=True)


def _conv_shapes(rng: np.random.Generator) -> Iterator[tuple[str, _Shape]]:
    yield "plain", _Shape()
    yield "batch", _Shape(m=int(rng.integers(2, 4)))
    yield "channels", _Shape(n_C_prev=int(rng.integers(2, 4)))
    yield "filters", _Shape(n_C=int(rng.integers(2, 5)))
    yield "rectangle", _Shape(n_H=3, n_W=int(rng.integers(5, 7)))
    yield "rectangle", _Shape(n_H=int(rng.integers(5, 7)), n_W=3)
    yield "stride", _Shape(n_H=7, n_W=7, f=3, stride=2)
    yield "stride", _Shape(n_H=6, n_W=7, f=2, stride=3)  # one row and two columns are left over
    yield "stride", _Shape(n_H=7, n_W=6, f=2, stride=3)
    yield "pad", _Shape(n_H=3, n_W=3, pad=1)
    yield "pad", _Shape(n_H=3, n_W=3, f=3, pad=2)
    H, W = _unequal(rng)
    yield "together", _Shape(m=2, n_H=H + 2, n_W=W + 2, n_C_prev=2, n_C=3, f=3, stride=2, pad=1)
    yield "together", _Shape(m=2, n_H=W + 1, n_W=H + 1, n_C_prev=3, n_C=2, f=2, stride=3, pad=1)


def _pool_shapes(rng: np.random.Generator) -> Iterator[tuple[str, _Shape]]:
    yield "plain", _Shape(stride=2)
    yield "batch", _Shape(m=int(rng.integers(2, 4)), stride=2)
    yield "channels", _Shape(n_C=int(rng.integers(2, 4)), stride=2)
    yield "rectangle", _Shape(n_H=2, n_W=int(rng.integers(2, 4)) * 2, stride=2)
    yield "rectangle", _Shape(n_H=int(rng.integers(2, 4)) * 2, n_W=2, stride=2)
    yield "overlap", _Shape(stride=1)
    yield "overlap", _Shape(n_H=5, n_W=5, f=3, stride=2)
    yield "stride", _Shape(n_H=6, n_W=7, f=2, stride=3)  # gaps between the windows; a row and two columns left over
    yield "stride", _Shape(n_H=7, n_W=6, f=2, stride=3)
    H, W = _unequal(rng)
    yield "together", _Shape(m=2, n_H=H + 2, n_W=W + 2, n_C=3, f=3, stride=2)


def _draw_conv(rng: np.random.Generator) -> Iterator[Case]:
    for aspect, shape in _conv_shapes(rng):
        yield Case(aspect, _conv_arguments(shape, rng))
    mixed = _Shape(m=2, n_H=4, n_W=5, n_C_prev=2, n_C=2, pad=1)
    yield Case("float32", _conv_arguments(mixed, rng, np.float32))
    yield Case("view", _conv_arguments(mixed, rng), strided=True)


def _draw_conv_backward(rng: np.random.Generator) -> Iterator[Case]:
    apart = [("apart", _Shape(stride=2)), ("apart", _Shape(m=1, n_H=6, n_W=6, f=3, stride=3))]
    for aspect, shape in [*apart, *_conv_shapes(rng)]:
        yield Case("overlap" if aspect == "plain" else aspect, _conv_backward_arguments(shape, rng))
    mixed = _Shape(m=2, n_H=4, n_W=5, n_C_prev=2, n_C=2, pad=1)
    yield Case("float32", _conv_backward_arguments(mixed, rng, np.float32))
    yield Case("view", _conv_backward_arguments(mixed, rng), strided=True)


def _draw_pool(rng: np.random.Generator) -> Iterator[Case]:
    for aspect, shape in _pool_shapes(rng):
        for mode in ("max", "average"):
            yield Case(
                "average" if (aspect, mode) == ("plain", "average") else aspect, _pool_arguments(shape, mode, rng)
            )
    negative = _pool_arguments(_Shape(m=2, stride=2), "max", rng)
    yield Case("negative", {**negative, "A_prev": -1 - np.abs(negative["A_prev"])})
    mixed = _Shape(m=2, n_H=4, n_W=5, n_C=2)
    yield Case("float32", _pool_arguments(mixed, "average", rng, np.float32))
    yield Case("view", _pool_arguments(mixed, "max", rng), strided=True)


def _draw_pool_backward(rng: np.random.Generator) -> Iterator[Case]:
    for aspect, shape in _pool_shapes(rng):
        for mode in ("max", "average"):
            arguments = _pool_backward_arguments(shape, mode, rng)
            yield Case("average" if (aspect, mode) == ("plain", "average") else aspect, arguments)
    tied = _pool_backward_arguments(_Shape(m=2, n_C=2, stride=2), "max", rng)
    A_prev, hparameters = tied["cache"]
    yield Case("ties", {**tied, "cache": (np.round(A_prev), hparameters)})
    yield Case("ties", {**tied, "cache": (np.zeros_like(A_prev), hparameters)})
    mixed = _Shape(m=2, n_H=4, n_W=5, n_C=2)
    yield Case("float32", _pool_backward_arguments(mixed, "max", rng, np.float32))
    yield Case("view", _pool_backward_arguments(mixed, "average", rng), strided=True)


def _draw_mask(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("plain", {"x": rng.normal(size=(2, 2))})
    yield Case("rectangle", {"x": rng.normal(size=_unequal(rng))})
    yield Case("ties", {"x": np.array([[1.0, 3.0], [3.0, 0.5]])[:, rng.permutation(2)]})
    yield Case("ties", {"x": np.zeros((3, 2))})
    yield Case("negative", {"x": -1 - rng.random((3, 3))})
    yield Case("float32", {"x": rng.normal(size=(3, 2)).astype(np.float32)})
    yield Case("view", {"x": rng.normal(size=(3, 3))}, strided=True)


def _draw_distribute(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("plain", {"dz": float(rng.uniform(1, 9)), "shape": (3, 3)})
    yield Case("rectangle", {"dz": float(rng.uniform(1, 9)), "shape": _unequal(rng)})
    yield Case("rectangle", {"dz": float(rng.uniform(1, 9)), "shape": _unequal(rng)[::-1]})
    yield Case("negative", {"dz": -float(rng.uniform(1, 9)), "shape": (1, int(rng.integers(2, 5)))})
    yield Case("float32", {"dz": np.float32(rng.uniform(1, 9)), "shape": (2, 3)})


_DRAW: dict[str, Callable[[np.random.Generator], Iterator[Case]]] = {
    "zero_pad": _draw_zero_pad,
    "conv_single_step": _draw_single_step,
    "conv_forward": _draw_conv,
    "pool_forward": _draw_pool,
    "conv_backward": _draw_conv_backward,
    "create_mask_from_window": _draw_mask,
    "distribute_value": _draw_distribute,
    "pool_backward": _draw_pool_backward,
}


# -- the smallest calls ------------------------------------------------------------------------------------------------


def _tiny_zero_pad(rng: np.random.Generator) -> Iterator[Case]:
    for m, n_H, n_W, n_C, pad in product((1, 2), (1, 2), (1, 2), (1, 2), (1, 0, 2)):
        yield Case("", {"X": _whole(rng, m, n_H, n_W, n_C), "pad": pad})


def _tiny_single_step(rng: np.random.Generator) -> Iterator[Case]:
    for f, n_C_prev in product((1, 2), (1, 2)):
        yield Case(
            "", {"a_slice_prev": _whole(rng, f, f, n_C_prev), "W": _whole(rng, f, f, n_C_prev), "b": _bias(rng, 1)[0]}
        )


def _tiny_shapes(*, pools: bool) -> Iterator[_Shape]:
    sizes = ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 2), (3, 3), (4, 4), (3, 5), (5, 3))
    ones, pads = ((1, 2), (0, 1)) if not pools else ((1,), (0,))
    for m, (n_H, n_W), n_C_prev, n_C, f, stride, pad in product((1, 2), sizes, ones, (1, 2), (1, 2), (1, 2), pads):
        if min(n_H, n_W) + 2 * pad >= f and (m, n_C_prev, n_C).count(2) < 2:
            yield _Shape(m, n_H, n_W, n_C_prev, n_C, f, stride, pad)


def _tiny_conv(rng: np.random.Generator) -> Iterator[Case]:
    for shape in _tiny_shapes(pools=False):
        yield Case("", _conv_arguments(shape, rng, whole=True))


def _tiny_conv_backward(rng: np.random.Generator) -> Iterator[Case]:
    for shape in _tiny_shapes(pools=False):
        yield Case("", _conv_backward_arguments(shape, rng, whole=True))


def _tiny_pool(rng: np.random.Generator) -> Iterator[Case]:
    for shape, mode in product(_tiny_shapes(pools=True), ("max", "average")):
        yield Case("", _pool_arguments(shape, mode, rng, whole=True))


def _tiny_pool_backward(rng: np.random.Generator) -> Iterator[Case]:
    for shape, mode in product(_tiny_shapes(pools=True), ("max", "average")):
        yield Case("", _pool_backward_arguments(shape, mode, rng, whole=True))


def _tiny_mask(rng: np.random.Generator) -> Iterator[Case]:
    for n_H, n_W in product((1, 2), (1, 2, 3)):
        yield Case("", {"x": _whole(rng, n_H, n_W)})
        yield Case("", {"x": np.zeros((n_H, n_W))})


def _tiny_distribute(_: np.random.Generator) -> Iterator[Case]:
    for n_H, n_W in product((1, 2, 3), (1, 2, 3)):
        yield Case("", {"dz": 3.0, "shape": (n_H, n_W)})


_TINY: dict[str, Callable[[np.random.Generator], Iterator[Case]]] = {
    "zero_pad": _tiny_zero_pad,
    "conv_single_step": _tiny_single_step,
    "conv_forward": _tiny_conv,
    "pool_forward": _tiny_pool,
    "conv_backward": _tiny_conv_backward,
    "create_mask_from_window": _tiny_mask,
    "distribute_value": _tiny_distribute,
    "pool_backward": _tiny_pool_backward,
}


# -- arguments of a shape ----------------------------------------------------------------------------------------------


def _conv_arguments(
    s: _Shape, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64, whole: bool = False
) -> dict[str, Any]:
    numbers = _numbers(whole)
    return {
        "A_prev": numbers(rng, s.m, s.n_H, s.n_W, s.n_C_prev).astype(dtype),
        "W": numbers(rng, s.f, s.f, s.n_C_prev, s.n_C).astype(dtype),
        "b": _bias(rng, s.n_C).astype(dtype),
        "hparameters": {"stride": s.stride, "pad": s.pad},
    }


def _conv_backward_arguments(
    s: _Shape, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64, whole: bool = False
) -> dict[str, Any]:
    cache = tuple(_conv_arguments(s, rng, dtype, whole).values())
    n_H, n_W = ((n + 2 * s.pad - s.f) // s.stride + 1 for n in (s.n_H, s.n_W))
    dZ = _numbers(whole)(rng, s.m, n_H, n_W, s.n_C).astype(dtype)
    return {"dZ": dZ, "cache": cache}


def _pool_arguments(
    s: _Shape, mode: str, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64, whole: bool = False
) -> dict[str, Any]:
    A_prev = _numbers(whole)(rng, s.m, s.n_H, s.n_W, s.n_C).astype(dtype)
    return {"A_prev": A_prev, "hparameters": {"f": s.f, "stride": s.stride}, "mode": mode}


def _pool_backward_arguments(
    s: _Shape, mode: str, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64, whole: bool = False
) -> dict[str, Any]:
    A_prev, hparameters, _ = _pool_arguments(s, mode, rng, dtype, whole).values()
    n_H, n_W = ((n - s.f) // s.stride + 1 for n in (s.n_H, s.n_W))
    dA = _numbers(whole)(rng, s.m, n_H, n_W, s.n_C).astype(dtype)
    return {"dA": dA, "cache": (A_prev, hparameters), "mode": mode}


def _numbers(whole: bool) -> Callable[..., Array]:
    return _whole if whole else _normal


def _normal(rng: np.random.Generator, *shape: int) -> Array:
    return rng.normal(size=shape)


def _whole(rng: np.random.Generator, *shape: int) -> Array:
    """Return small whole numbers, no 0 among them, which would hide a mistake."""
    return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0, 5.0], size=shape)


def _bias(rng: np.random.Generator, n_C: int) -> Array:
    """Return biases that differ from each other, from 0 and from 1."""
    return 2.0 + rng.permutation(n_C).reshape(1, 1, 1, n_C)


def _unequal(rng: np.random.Generator) -> tuple[int, int]:
    return int(rng.integers(2, 4)), int(rng.integers(4, 6))
