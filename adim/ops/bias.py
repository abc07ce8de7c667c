"""The optional bias of convolutions and dense layers: to leave it out is to add zeros."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray, Shape


def or_zero(bias: npt.ArrayLike | None) -> npt.ArrayLike:
    """Return the bias, or for None a zero of float32, which decides no dtype (see `adim.arrays`)."""
    return np.zeros((), np.float32) if bias is None else bias


def for_filters(bias: FloatArray, kernel: Shape, filters: int) -> FloatArray:
    """Return the bias of each filter, (F,), or raise ValueError if there are more or fewer biases than filters."""
    if bias.ndim and bias.shape != (filters,):
        raise ValueError(f"bias must have shape {(filters,)}, one number a filter of kernel {kernel}; got {bias.shape}")
    return np.broadcast_to(bias, (filters,))
