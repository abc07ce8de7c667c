"""Learning rates that change as training goes on: Keras's schedules, names and formulas.

A schedule is a function of the step, the number of batches that the optimiser has learned from. Large steps first and
small ones later let a network cross the landscape quickly and still settle.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from adim.configs import Configured, find, number


class Schedule(Configured):
    """The base of all schedules: call one with a step to get a learning rate."""

    def __call__(self, step: int) -> float:
        """Return the learning rate for the batch after `step` others, which counts from 0."""
        raise NotImplementedError


class ExponentialDecay(Schedule):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)``.

    Parameters
    ----------
    initial_learning_rate : float
        The rate at step 0.
    decay_steps : float
        After how many steps the rate is multiplied by `decay_rate`.
    decay_rate : float
        The factor.
    staircase : bool, default False
        Whether ``step / decay_steps`` is rounded down, so that the rate changes once in `decay_steps` steps.

    Examples
    --------
    >>> ExponentialDecay(0.1, decay_steps=100, decay_rate=0.5)(200)
    0.025
    """

    def __init__(
        self, initial_learning_rate: float, decay_steps: float, decay_rate: float, staircase: bool = False
    ) -> None:
        self.initial_learning_rate = number("initial_learning_rate", initial_learning_rate, at_least=0)
        self.decay_steps = number("decay_steps", decay_steps, above=0)
        self.decay_rate = number("decay_rate", decay_rate, at_least=0)
        self.staircase = bool(staircase)

    def __call__(self, step: int) -> float:
        """Return the learning rate at a step."""
        periods = step / self.decay_steps
        return self.initial_learning_rate * self.decay_rate ** (math.floor(periods) if self.staircase else periods)


class InverseTimeDecay(Schedule):
    """``initial_learning_rate / (1 + decay_rate * step / decay_steps)``.

    Parameters
    ----------
    initial_learning_rate : float
        The rate at step 0.
    decay_steps : float
        How many steps make one period.
    decay_rate : float
        By how much the divisor grows in a period.
    staircase : bool, default False
        Whether ``step / decay_steps`` is rounded down.

    Examples
    --------
    >>> InverseTimeDecay(0.1, decay_steps=100, decay_rate=1.0)(300)
    0.025
    """

    def __init__(
        self, initial_learning_rate: float, decay_steps: float, decay_rate: float, staircase: bool = False
    ) -> None:
        self.initial_learning_rate = number("initial_learning_rate", initial_learning_rate, at_least=0)
        self.decay_steps = number("decay_steps", decay_steps, above=0)
        self.decay_rate = number("decay_rate", decay_rate, at_least=0)
        self.staircase = bool(staircase)

    def __call__(self, step: int) -> float:
        """Return the learning rate at a step."""
        periods = step / self.decay_steps
        return self.initial_learning_rate / (1 + self.decay_rate * (math.floor(periods) if self.staircase else periods))


class PiecewiseConstantDecay(Schedule):
    """``values[0]`` up to and including step ``boundaries[0]``, then ``values[1]`` up to ``boundaries[1]``, and so on.

    Parameters
    ----------
    boundaries : sequence of float
        The last step of each value but the last, in rising order.
    values : sequence of float
        The learning rates, one more than `boundaries`.

    Examples
    --------
    >>> schedule = PiecewiseConstantDecay([100, 200], [0.1, 0.05, 0.01])
    >>> schedule(0), schedule(100), schedule(101), schedule(1000)
    (0.1, 0.1, 0.05, 0.01)
    """

    def __init__(self, boundaries: Sequence[float], values: Sequence[float]) -> None:
        self.boundaries = [number("boundaries", boundary) for boundary in boundaries]
        self.values = [number("values", value, at_least=0) for value in values]
        if len(self.values) != len(self.boundaries) + 1:
            raise ValueError(
                f"values must hold one more number than boundaries; got {len(self.values)} values and "
                f"{len(self.boundaries)} boundaries"
            )
        if any(later <= earlier for earlier, later in zip(self.boundaries, self.boundaries[1:], strict=False)):
            raise ValueError(f"boundaries must rise; got {self.boundaries}")

    def __call__(self, step: int) -> float:
        """Return the learning rate at a step."""
        return self.values[bisect_left(self.boundaries, step)]


class PolynomialDecay(Schedule):
    """From `initial_learning_rate` to `end_learning_rate` along ``(1 - step / decay_steps) ** power``.

    Parameters
    ----------
    initial_learning_rate : float
        The rate at step 0.
    decay_steps : float
        After how many steps the end is reached; the rate then stays.
    end_learning_rate : float, default 0.0001
        The rate at the end.
    power : float, default 1.0
        The power; 1 is a straight line.
    cycle : bool, default False
        Whether `decay_steps` is stretched to its next multiple whenever it is passed, so that the rate jumps up again.

    Examples
    --------
    >>> PolynomialDecay(0.1, decay_steps=100, end_learning_rate=0.0, power=2.0)(50)
    0.025
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
    ) -> None:
        self.initial_learning_rate = number("initial_learning_rate", initial_learning_rate, at_least=0)
        self.decay_steps = number("decay_steps", decay_steps, above=0)
        self.end_learning_rate = number("end_learning_rate", end_learning_rate, at_least=0)
        self.power = number("power", power, at_least=0)
        self.cycle = bool(cycle)

    def __call__(self, step: int) -> float:
        """Return the learning rate at a step."""
        periods = max(math.ceil(step / self.decay_steps), 1) if self.cycle else 1
        left = max(1 - step / (self.decay_steps * periods), 0.0)
        return self.end_learning_rate + (self.initial_learning_rate - self.end_learning_rate) * math.pow(
            left, self.power
        )


class CosineDecay(Schedule):
    """Half a cosine wave, after an optional straight climb (Loshchilov and Hutter, 2016; Goyal et al., 2017).

    The decaying part is ``start * ((1 - alpha) * (1 + cos(pi * t)) / 2 + alpha)``, where t goes from 0 to 1.

    Parameters
    ----------
    initial_learning_rate : float
        The rate at step 0.
    decay_steps : int
        How many steps the decay takes, the climb not counted; the rate then stays.
    alpha : float, default 0.0
        The last rate as a fraction of that from which the decay starts.
    warmup_target : float, optional
        The rate to climb to, from which the decay then starts; without it the decay starts from
        `initial_learning_rate` at once.
    warmup_steps : int, default 0
        How many steps the climb takes.

    Examples
    --------
    >>> schedule = CosineDecay(0.0, decay_steps=100, warmup_target=0.5, warmup_steps=10)
    >>> schedule(5), schedule(10), schedule(60), schedule(110)
    (0.25, 0.5, 0.25, 0.0)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        *,
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        self.initial_learning_rate = number("initial_learning_rate", initial_learning_rate, at_least=0)
        self.decay_steps = number("decay_steps", decay_steps, above=0)
        self.alpha = number("alpha", alpha, at_least=0)
        self.warmup_target = None if warmup_target is None else number("warmup_target", warmup_target, at_least=0)
        self.warmup_steps = number("warmup_steps", warmup_steps, at_least=0)
        if self.warmup_steps and self.warmup_target is None:
            raise ValueError(f"warmup_steps={warmup_steps} need a warmup_target, the learning rate to climb to")

    def __call__(self, step: int) -> float:
        """Return the learning rate at a step."""
        start = self.initial_learning_rate
        if self.warmup_target is not None:
            if step < self.warmup_steps:
                return start + (self.warmup_target - start) * step / self.warmup_steps
            start = self.warmup_target
        t = min((step - self.warmup_steps) / self.decay_steps, 1.0)
        wave = (1 + math.cos(math.pi * t)) / 2
        return start * ((1 - self.alpha) * wave + self.alpha)


SCHEDULES: dict[str, type[Schedule]] = {
    "exponential_decay": ExponentialDecay,
    "inverse_time_decay": InverseTimeDecay,
    "piecewise_constant_decay": PiecewiseConstantDecay,
    "polynomial_decay": PolynomialDecay,
    "cosine_decay": CosineDecay,
}
"""The schedules by name; `get` knows their class names too."""


def get(schedule: Mapping[str, Any] | Schedule) -> Schedule:
    """Return a schedule by its description; a `Schedule` passes through.

    Parameters
    ----------
    schedule : mapping or Schedule
        What `adim.configs.described` returned, or the object itself.

    Raises
    ------
    ValueError
        If the class name is unknown, or its arguments are.
    TypeError
        If it is neither.

    Examples
    --------
    >>> get({"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.1, "decay_steps": 50}})(25)
    0.05
    """
    return find(schedule, Schedule, "schedule", SCHEDULES)
