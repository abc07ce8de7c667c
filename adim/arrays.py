"""Arrays at the door: which ones are let in, and the one rule that decides the dtype of a result.

**The dtype rule.** The result's dtype is ``np.result_type(np.float32, *inputs)``: NumPy's own promotion, with
float32 as the floor, and float64 as the ceiling. float32 stays float32 and float64 stays float64; booleans, 8- and
16-bit integers (images are ``uint8``) and float16 become float32, wider integers and longer floats float64. Values are
never rescaled: a pixel of 255 is 255.0.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[Any]
"""An array of float32 or float64."""

Shape: TypeAlias = tuple[int, ...]
"""The lengths of an array's axes."""


_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
_Made = TypeVar("_Made")


def floating(**named: npt.ArrayLike) -> list[FloatArray]:
    """Return the arguments as arrays of one floating dtype, in the order given.

    Parameters
    ----------
    **named : array_like
        The arrays under the names that an error message shall quote.

    Returns
    -------
    list of ndarray
        Views where nothing had to be converted: strides and order are kept.

    Raises
    ------
    TypeError
        If an argument is not an array of real numbers.

    Examples
    --------
    >>> image, kernel = floating(x=np.array([255], np.uint8), kernel=np.array([0.5], np.float32))
    >>> image, kernel.dtype
    (array([255.], dtype=float32), dtype('float32'))
    """
    values: list[Any] = [*named.values()]
    if _are_kept(values):  # nearly always they are what they should be
        return values
    arrays = {name: _real(name, value) for name, value in named.items()}
    promoted = np.result_type(np.float32, *(array.dtype for array in arrays.values()))
    dtype = np.float32 if promoted == np.float32 else np.float64
    return [array.astype(dtype, copy=False) for array in arrays.values()]


@lru_cache(maxsize=256)
def constant(number: float, size: int, dtype: np.dtype[Any]) -> FloatArray:
    """Return an array, (size,), of the same number everywhere, that is the same for all and nobody can change."""
    array = np.full(size, number, dtype)
    array.flags.writeable = False
    return array


def _are_kept(values: list[Any]) -> bool:
    """Return whether all are arrays of one floating dtype already."""
    dtype = None
    for value in values:
        if type(value) is not np.ndarray or (value.dtype is not dtype and dtype is not None):
            return False
        dtype = value.dtype
    return dtype is _FLOAT32 or dtype is _FLOAT64


def _real(name: str, value: npt.ArrayLike) -> npt.NDArray[Any]:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name} must be an array of numbers with equally long rows; got {value!r:.80}") from error
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers (integers or floats); got dtype {array.dtype}")
    return array


def axes(name: str, shape: Shape, meaning: str) -> None:
    """Raise ValueError unless a shape has as many axes as `meaning` names, ``"(m, H, W, C)"``."""
    expected = meaning.count(",") + 1
    if len(shape) != expected:
        hint = f". For one image use {name}[np.newaxis]" if meaning == "(m, H, W, C)" and len(shape) == 3 else ""
        raise ValueError(f"{name} must have {expected} axes, {meaning}; got shape {shape}{hint}")


def remembered(function: Callable[..., _Made]) -> Callable[..., _Made]:
    """Let a function of shapes and the like be computed once for each, and never again: a decorator.

    Only where all arguments are plain: Python's own integers, strings, None, and tuples of such. Others come to the
    function each time, since to a dictionary True and 1.0 are as good as 1. All are given by position.

    Examples
    --------
    >>> @remembered
    ... def area(shape):
    ...     print("computed")
    ...     return shape[0] * shape[1]
    >>> area((2, 3)) + area((2, 3))
    computed
    12
    """
    known: dict[bytes, _Made] = {}

    @wraps(function)
    def remembering(*arguments: Any) -> _Made:
        try:
            key = marshal.dumps(arguments, _WITHOUT_REFERENCES)  # says of what type each is, and takes no time
        except ValueError:  # an object
            return function(*arguments)
        try:
            return known[key]
        except KeyError:
            made = function(*arguments)
            if _is_plain(arguments):
                if len(known) >= _MOST_REMEMBERED:
                    known.clear()
                known[key] = made
            return made

    return remembering


_WITHOUT_REFERENCES = 2  # marshal's version in which the same values are always the same bytes
_MOST_REMEMBERED = 4096


def _is_plain(value: Any) -> bool:
    return all(map(_is_plain, value)) if type(value) is tuple else type(value) in _PLAIN


_PLAIN = frozenset((int, str, type(None)))


@remembered
def lengths(name: str, shape: Any, meaning: str) -> Shape:
    """Return a shape as a tuple of ints; raise ValueError unless it has as many axes as `meaning` names."""
    if not isinstance(shape, (tuple, list)) or not all(isinstance(n, (int, np.integer)) and n >= 0 for n in shape):
        raise ValueError(f"{name} must be the lengths {meaning}; got {shape!r}")
    axes(name, tuple(shape), meaning)
    return tuple(int(n) for n in shape)
