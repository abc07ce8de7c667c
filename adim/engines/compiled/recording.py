"""A recording: which jobs compiled code was given, and with what, so that the same can be done again at once.

Between two jobs lie microseconds of Python that find out, each time anew, what to do. For a small network that is most
of the time. Who computes the same over and over, at arrays of the same shapes, lets it be recorded once: where results
and scratch lie is then settled, and the jobs can be run again, one right after the other (`threads.Pool.run_all`), as
often as what the arrays hold has changed.

A recording is complete if all that happened between is jobs. Each says what its call points to; an array among it must
have been known before, or made by the jobs before, or be one that nobody can change. What was made on the way in Python
is none of these, since nobody would make it anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray


class Job(NamedTuple):
    """Tasks of one kind: see `threads.Pool.run`."""

    code: int
    call: array[int]
    tasks: int
    held: tuple[object, ...]


class Recording:
    """What was done while it was the current one.

    Parameters
    ----------
    scratch : ndarray of uint8
        Room that is free between jobs, whichever they are.

    Attributes
    ----------
    jobs : list of Job
        In their order.
    watched : list of array
        Those of their calls that say, in the last field, whether there were numbers that are not finite.
    made : list of ndarray
        What was allocated on the way.
    """

    def __init__(self, scratch: npt.NDArray[np.uint8]) -> None:
        self.scratch = scratch
        self.jobs: list[Job] = []
        self.watched: list[array[int]] = []
        self.made: list[npt.NDArray[Any]] = []

    def __enter__(self) -> Self:
        """Record what this thread does from now on."""
        self._before = _current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        _current.reset(self._before)

    @property
    def is_finite(self) -> bool:
        """Whether all numbers were that should be; else other ways were taken than usual."""
        return not any(call[-1] for call in self.watched)

    def makes(self, result: FloatArray, known: Sequence[FloatArray]) -> bool:
        """Return whether the jobs, and nothing else, make the result of arrays that are known.

        The result may also be one of these in another shape, and there need be no jobs then.
        """
        if not self.is_finite or not result.flags.c_contiguous:
            return False
        places = [_place(array) for array in (self.scratch, *self.made, *known)]
        held = [array for job in self.jobs for array in job.held if isinstance(array, np.ndarray)]
        return all(job.held for job in self.jobs) and all(
            _is_constant(array) or any(_is_within(_place(array), place) for place in places)
            for array in (result, *held)
        )


def _place(array: npt.NDArray[Any]) -> tuple[int, int]:
    """Return the addresses of an array's beginning and end."""
    return array.ctypes.data, array.ctypes.data + array.nbytes


def _is_within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _is_constant(array: npt.NDArray[Any]) -> bool:
    return array.base is None and not array.flags.writeable


_current: ContextVar[Recording | None] = ContextVar("_current", default=None)

current = _current.get
"""Return what this thread records into, or None."""
