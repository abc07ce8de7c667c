"""The optional bias of convolutions and dense layers: to leave it out is to add zeros."""

from __future__ import annotations

from collections.abc import Sequence

import numpy.typing as npt

from adim.arrays import FloatArray, constant


def keyword(bias: npt.ArrayLike | None) -> dict[str, npt.ArrayLike]:
    """Return the bias as a keyword of `adim.arrays.floating`; none for None, so that it decides no dtype."""
    return {} if bias is None else {"bias": bias}


def for_filters(given: Sequence[FloatArray], kernel: FloatArray, filters: int) -> FloatArray:
    """Return the bias of each filter, (F,): the one given, or zeros; raise ValueError if it has another shape."""
    if not given:
        return constant(0.0, filters, kernel.dtype)
    (bias,) = given
    if bias.shape != (filters,):
        raise ValueError(
            f"bias must have shape {(filters,)}, one number a filter of kernel {kernel.shape}; got shape {bias.shape}"
        )
    return bias
