"""The eight exercises of the course, in its order: what a learner writes, and what each is worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from adim import steps


class Exercise(NamedTuple):
    """A function to write.

    Attributes
    ----------
    name : str
        The function's name, that of the course.
    lesson : int
        The lesson that asks for it.
    points : int
        What it is worth; the eight are worth 100.
    parts : tuple of str
        What it returns, by name.
    uses : tuple of str
        The exercises that the course's solution calls.
    """

    name: str
    lesson: int
    points: int
    parts: tuple[str, ...]
    uses: tuple[str, ...] = ()

    @property
    def reference(self) -> Callable[..., Any]:
        """The textbook's function of this name, which is always right."""
        return getattr(steps, self.name)  # type: ignore[no-any-return]


EXERCISES = {
    exercise.name: exercise
    for exercise in (
        Exercise("zero_pad", 1, 8, ("X_pad",)),
        Exercise("conv_single_step", 2, 8, ("Z",)),
        Exercise("conv_forward", 3, 20, ("Z", "cache"), ("zero_pad", "conv_single_step")),
        Exercise("pool_forward", 4, 14, ("A", "cache")),
        Exercise("conv_backward", 5, 24, ("dA_prev", "dW", "db"), ("zero_pad",)),
        Exercise("create_mask_from_window", 6, 6, ("mask",)),
        Exercise("distribute_value", 6, 6, ("a",)),
        Exercise("pool_backward", 6, 14, ("dA_prev",), ("create_mask_from_window", "distribute_value")),
    )
}
"""Every exercise by its name."""
