"""The sum of branches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy.typing as npt

from adim.arrays import FloatArray, floating
from adim.engines import choose


def add(arrays: Sequence[npt.ArrayLike], *, relu: bool = False, engine: str = "auto") -> FloatArray:
    """Return the sum of several arrays of one shape: where the branches of a network meet.

    Parameters
    ----------
    arrays : sequence of array_like
        Two or more.
    relu : bool
        Whether the rectifier follows.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of their shape

    Raises
    ------
    TypeError
        If an array does not hold real numbers.
    ValueError
        If there are fewer than two, or their shapes differ.

    Examples
    --------
    >>> add([[1.0, -2.0], [10.0, -20.0]], relu=True)
    array([11.,  0.])
    """
    try:
        named = {f"arrays[{number}]": array for number, array in enumerate(arrays)}
    except TypeError:
        raise TypeError(f"arrays must be a sequence of arrays; got {arrays!r:.80}") from None
    admitted = floating(**named)
    shapes = {array.shape for array in admitted}
    if len(admitted) < 2 or len(shapes) > 1:
        raise ValueError(
            f"arrays must be two or more of one shape; got {len(admitted)} of shapes {[a.shape for a in admitted]}"
        )
    return choose(engine, admitted[0].size).add(admitted, relu=relu)
