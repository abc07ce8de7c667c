"""The values that parameters start from: Keras's initialisers, names and formulas.

Weights that start too large or too small blow a signal up or let it die within a few layers. The schemes of Glorot
and Bengio (2010), He et al. (2015) and LeCun et al. (1998) choose the variance so that neither happens: ``scale / n``,
where n counts the inputs of a unit (`fan_in`), or the mean of its inputs and outputs.

Numbers are drawn in float64 and then rounded, so that a network starts alike in float32 and in float64.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from numbers import Real
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray
from adim.geometry import integer


@dataclass(frozen=True)
class Initializer:
    """The base of all initialisers: call one to get an array.

    Examples
    --------
    >>> GlorotUniform()((3, 3, 16, 32), np.random.default_rng(0)).dtype
    dtype('float32')
    """

    def __post_init__(self) -> None:
        """Check the arguments, which may come from a file."""
        for field, value in vars(self).items():
            is_number = isinstance(value, Real) and not isinstance(value, bool)
            if field == "seed":
                if value is not None:
                    integer("seed", value, at_least=0)
            elif not is_number:
                raise TypeError(f"{field} must be a number; got {value!r:.80}")
            elif not abs(value) <= sys.float_info.max:
                raise ValueError(f"{field} must be finite; got {value!r:.80}")
            elif field == "stddev" and value < 0:
                raise ValueError(f"stddev must be at least 0; got {value}")

    def __call__(self, shape: Sequence[int], rng: np.random.Generator, dtype: npt.DTypeLike = np.float32) -> FloatArray:
        """Return a new array.

        Parameters
        ----------
        shape : sequence of int
            Its shape: ``(..., inputs, outputs)`` for a kernel.
        rng : numpy.random.Generator
            Where to draw from; an initialiser with a `seed` of its own draws from that instead.
        dtype : dtype
            float32 or float64.
        """
        return self.draw(tuple(shape), rng).astype(dtype, copy=False)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
        """Return the values in float64."""
        raise NotImplementedError


@dataclass(frozen=True)
class Zeros(Initializer):
    """All 0."""

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:  # noqa: ARG002 - nothing is random
        """Return zeros."""
        return np.zeros(shape)


@dataclass(frozen=True)
class Ones(Initializer):
    """All 1."""

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:  # noqa: ARG002 - nothing is random
        """Return ones."""
        return np.ones(shape)


@dataclass(frozen=True)
class Constant(Initializer):
    """All `value`."""

    value: float = 0.0

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:  # noqa: ARG002 - nothing is random
        """Return the value everywhere."""
        return np.full(shape, float(self.value))


@dataclass(frozen=True)
class RandomNormal(Initializer):
    """Normally distributed."""

    mean: float = 0.0
    stddev: float = 0.05
    seed: int | None = None

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
        """Return normal numbers."""
        return _own(self.seed, rng).normal(self.mean, self.stddev, shape)


@dataclass(frozen=True)
class RandomUniform(Initializer):
    """Uniform over ``[minval, maxval)``."""

    minval: float = -0.05
    maxval: float = 0.05
    seed: int | None = None

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
        """Return uniform numbers."""
        return _own(self.seed, rng).uniform(self.minval, self.maxval, shape)


@dataclass(frozen=True)
class _VarianceScaling(Initializer):
    seed: int | None = None

    scale: ClassVar[float]
    fan: ClassVar[Literal["in", "average"]]
    distribution: ClassVar[Literal["uniform", "normal"]]

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
        """Return numbers of mean 0 and variance ``scale / fan``."""
        rng = _own(self.seed, rng)
        fan_in, fan_out = fans(shape)
        variance = self.scale / max(fan_in if self.fan == "in" else (fan_in + fan_out) / 2, 1)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return rng.uniform(-limit, limit, shape)
        return math.sqrt(variance) / _TRUNCATED_STD * _truncated_normal(shape, rng)


class GlorotUniform(_VarianceScaling):
    """Uniform within ``sqrt(6 / (fan_in + fan_out))``: the default of Dense and Conv layers."""

    scale, fan, distribution = 1.0, "average", "uniform"


class GlorotNormal(_VarianceScaling):
    """Truncated normal with variance ``2 / (fan_in + fan_out)``."""

    scale, fan, distribution = 1.0, "average", "normal"


class HeUniform(_VarianceScaling):
    """Uniform within ``sqrt(6 / fan_in)``: for layers that end in a ReLU."""

    scale, fan, distribution = 2.0, "in", "uniform"


class HeNormal(_VarianceScaling):
    """Truncated normal with variance ``2 / fan_in``: for layers that end in a ReLU."""

    scale, fan, distribution = 2.0, "in", "normal"


class LecunUniform(_VarianceScaling):
    """Uniform within ``sqrt(3 / fan_in)``."""

    scale, fan, distribution = 1.0, "in", "uniform"


class LecunNormal(_VarianceScaling):
    """Truncated normal with variance ``1 / fan_in``."""

    scale, fan, distribution = 1.0, "in", "normal"


INITIALIZERS: dict[str, type[Initializer]] = {
    "zeros": Zeros,
    "ones": Ones,
    "constant": Constant,
    "random_normal": RandomNormal,
    "random_uniform": RandomUniform,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "lecun_uniform": LecunUniform,
    "lecun_normal": LecunNormal,
}
"""The initialisers by name; `get` knows their class names too."""

_BY_EITHER_NAME = INITIALIZERS | {kind.__name__: kind for kind in INITIALIZERS.values()}

_TRUNCATED_STD = 0.87962566103423978
"""The standard deviation of a standard normal that is cut off at -2 and 2."""


def get(initializer: str | Mapping[str, Any] | Initializer) -> Initializer:
    """Return an initialiser by its name or configuration; an `Initializer` passes through.

    Parameters
    ----------
    initializer : str, mapping or Initializer
        ``"he_normal"``, ``"HeNormal"``, or ``{"class_name": "HeNormal", "config": {"seed": 1}}``.

    Raises
    ------
    ValueError
        If the name is unknown, or its arguments are.
    TypeError
        If it is none of the three.

    Examples
    --------
    >>> get("he_normal")
    HeNormal(seed=None)
    """
    config: Mapping[str, Any] = {}
    match initializer:
        case Initializer():
            return initializer
        case str(name):
            pass
        case {"class_name": str(name), "config": Mapping() as config}:
            pass
        case _:
            raise TypeError(
                f"an initializer must be a name such as 'glorot_uniform', or an object such as "
                f"adim.initializers.HeNormal(seed=1); got {initializer!r:.80}"
            )
    if name not in _BY_EITHER_NAME:
        raise ValueError(f"initializer must be one of {', '.join(INITIALIZERS)}; got {name!r}")
    try:
        return _BY_EITHER_NAME[name](**config)
    except TypeError as error:
        raise ValueError(f"initializer {name!r} cannot be made with {dict(config)!r:.80}: {error}") from error


def to_config(initializer: Initializer) -> str | dict[str, Any]:
    """Return plain JSON from which `get` makes this initialiser: its name, where its arguments are the defaults.

    Examples
    --------
    >>> to_config(HeNormal())
    'he_normal'
    >>> to_config(HeNormal(seed=3))
    {'class_name': 'HeNormal', 'config': {'seed': 3}}
    """
    for name, kind in INITIALIZERS.items():
        if type(initializer) is kind and initializer == kind():
            return name
    return {"class_name": type(initializer).__name__, "config": asdict(initializer)}


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Return how many inputs and outputs a unit has whose kernel is of this shape.

    Examples
    --------
    >>> fans((3, 3, 16, 32))
    (144, 288)
    """
    if len(shape) < 2:
        both = math.prod(shape)
        return both, both
    receptive_field = math.prod(shape[:-2])
    return shape[-2] * receptive_field, shape[-1] * receptive_field


def _own(seed: int | None, rng: np.random.Generator) -> np.random.Generator:
    return rng if seed is None else np.random.default_rng(seed)


def _truncated_normal(shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    """Draw standard normal numbers, those beyond -2 and 2 again until none is left."""
    values = rng.standard_normal(shape)
    while (beyond := np.abs(values) > 2).any():
        values[beyond] = rng.standard_normal(int(beyond.sum()))
    return values
