"""What a check found: a record that can be told in any language, written to a file, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Finding(NamedTuple):
    """One thing that is wrong, or worth knowing.

    Attributes
    ----------
    key : str
        A mistake's key in `adim.learn.mistakes`, ``"conv_forward/no_stride"``, or one of `adim.learn.wording.GENERAL`.
    lines : tuple of int
        The lines of the learner's source to look at, counted from 1 in their file.
    values : dict of str to str or int
        What the message's braces stand for.
    """

    key: str
    lines: tuple[int, ...] = ()
    values: Mapping[str, Any] = {}


class Verdict(NamedTuple):
    """What is to be said of one function.

    Attributes
    ----------
    exercise : str
        The function's name.
    points, of : float, int
        What it earned, and what it could.
    aspects : dict of str to bool
        What was put to the test, and whether it was right.
    findings : tuple of Finding
        What is wrong, the most telling first; where it is right, only what is worth knowing.
    example : dict or None
        The smallest case that fails: ``"call"`` (how to make it), ``"part"``, ``"entry"`` (the index that differs
        first), ``"expected"``, ``"received"``, ``"window"``, all as text ready to show.
    """

    exercise: str
    points: float
    of: int
    aspects: Mapping[str, bool] = {}
    findings: tuple[Finding, ...] = ()
    example: Mapping[str, str] | None = None

    @property
    def passed(self) -> bool:
        """Whether all is right."""
        return all(self.aspects.values()) and bool(self.aspects)
