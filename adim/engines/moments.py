"""The two numbers of each channel that batch normalisation goes by."""

from __future__ import annotations

from typing import NamedTuple

from adim.arrays import FloatArray


class Moments(NamedTuple):
    """Mean and variance of each channel, (C,), in float64 whatever the dtype of what they describe."""

    mean: FloatArray
    variance: FloatArray
