"""One call of a learner's function, and what came of it: an answer, an error, output, changed arguments.

This file imports nothing of ours, only NumPy and Python's own library: the sandbox runs it as a program of its own,
where the rest of adim is out of a submission's reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
End: TypeAlias = Literal["returned", "raised", "ran out of time", "ran out of memory", "died", "was not reached"]

PRINTED = 2_000  # characters of what a function prints that are kept
BYTES = 64 * 2**20  # more than any right answer takes; beyond, an answer is not looked at
DEPTH = 8  # so deep may tuples, lists and dicts lie in each other


class Case(NamedTuple):
    """A call to make.

    Attributes
    ----------
    aspect : str
        What it puts to the test: one of the aspects in `adim.learn.cases`.
    arguments : dict of str to object
        The arguments by the course's names, in the order in which they are passed.
    strided : bool
        Whether arrays are passed as views that are not contiguous.
    """

    aspect: str
    arguments: Mapping[str, Any]
    strided: bool = False


class Outcome(NamedTuple):
    """What came of a call.

    Attributes
    ----------
    end : str
        How it ended.
    value : object
        What was returned: arrays, numbers, strings, None, and tuples, lists and dicts of them; `Other` for all else.
    error, message : str
        The name of the exception's type, and its message.
    line : int or None
        The line of the learner's source in which it was raised, counted from 1 in their file.
    modified : tuple of str
        The arguments that were not the same after the call.
    printed : int
        How many characters the call printed.
    text : str
        The first of them.
    """

    end: End
    value: Any = None
    error: str = ""
    message: str = ""
    line: int | None = None
    modified: tuple[str, ...] = ()
    printed: int = 0
    text: str = ""


class Other(NamedTuple):
    """A returned thing that is no array, number, string or collection of them: only its type is told."""

    type: str
