"""What a check found: a record that can be told in any language, written to a file, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Self


class Line(NamedTuple):
    """A line of the learner's source.

    Attributes
    ----------
    number : int
        Counted from 1, in the file or in the cell.
    text : str
        What stands there.
    cell : int
        The code cell of a notebook, counted from 1; 0 where there are no cells.
    """

    number: int
    text: str
    cell: int = 0


class Finding(NamedTuple):
    """One thing that is wrong, or worth knowing.

    Attributes
    ----------
    key : str
        A mistake's key in `adim.learn.mistakes`, ``"conv_forward/no_stride"``, or one of `adim.learn.wording.GENERAL`.
    lines : tuple of Line
        Where to look.
    values : dict of str to str or int
        What the message's braces stand for.
    sure : bool
        Whether all that was seen fits; otherwise it is the best guess.
    """

    key: str
    lines: tuple[Line, ...] = ()
    values: Mapping[str, Any] = {}
    sure: bool = True


class Example(NamedTuple):
    """The smallest call that fails, with its numbers, as text to show.

    Attributes
    ----------
    call : str
        The arguments.
    entry : str
        The first entry that differs, ``Z[0, 1, 0, 0]``, or the part of the answer in which something else does.
    expected, received : str
        The right value there, and the learner's.
    window : str
        What the entry is computed from; empty where there is no telling.
    """

    call: str
    entry: str
    expected: str
    received: str
    window: str = ""


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
    example : Example or None
        Where no known mistake fits: the smallest call that fails.
    """

    exercise: str
    points: float
    of: int
    aspects: Mapping[str, bool] = {}
    findings: tuple[Finding, ...] = ()
    example: Example | None = None

    @property
    def passed(self) -> bool:
        """Whether all is right."""
        return bool(self.aspects) and all(self.aspects.values())

    def as_json(self) -> dict[str, Any]:
        """Return what JSON can hold of it, which is all.

        Examples
        --------
        >>> verdict = Verdict("zero_pad", 4, 8, {"plain": True}, (Finding("modifies", (Line(3, "X += 1"),)),))
        >>> Verdict.from_json(verdict.as_json()) == verdict
        True
        """
        return {
            **self._asdict(),
            "aspects": dict(self.aspects),
            "findings": [
                {**f._asdict(), "lines": [line._asdict() for line in f.lines], "values": dict(f.values)}
                for f in self.findings
            ],
            "example": self.example and self.example._asdict(),
        }

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> Self:
        """Return the verdict that `as_json` took apart.

        Raises
        ------
        KeyError, TypeError
            If it is none.
        """
        findings = (Finding(**{**f, "lines": tuple(Line(**line) for line in f["lines"])}) for f in tree["findings"])
        example = tree["example"] and Example(**tree["example"])
        return cls(**{**tree, "findings": tuple(findings), "example": example})

    def _ipython_display_(self) -> None:
        """Show nothing where a notebook's cell ends with `check`, which has said it all."""

    def __repr__(self) -> str:
        return f"<{self.exercise}: {self.points:g} of {self.of} points>"
