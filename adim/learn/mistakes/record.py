"""A mistake that learners make, as a record: how it is told in words, and how it is made in code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from adim.learn.languages import Text

Change: TypeAlias = Mapping[str, Callable[..., Any]]
Look: TypeAlias = Literal[
    "signature",
    "frame",
    "size",
    "allocation",
    "loops",
    "corners",
    "window",
    "product",
    "bias",
    "accumulation",
    "crop",
    "mask",
    "return",
]


class Mistake(NamedTuple):
    """What learners get wrong in one function.

    Attributes
    ----------
    key : str
        ``"conv_forward/no_stride"``: the function, and a name that no other mistake of it has.
    title : Text
        A short name.
    explanation : Text
        What goes wrong, and how it shows.
    hint : Text
        What leads to the solution, but is not the solution.
    look : str
        Which kind of line of the learner's source to look at.
    ways : tuple of dict of str to function
        The ways in which it is made, the most common first. Each replaces pieces of the function's form in
        `adim.learn.mistakes.forms`, by name, and so makes a faulty twin of the function.
    """

    key: str
    title: Text
    explanation: Text
    hint: Text
    look: Look
    ways: tuple[Change, ...]

    @property
    def function(self) -> str:
        """The name of the function in which it is made."""
        return self.key.partition("/")[0]
