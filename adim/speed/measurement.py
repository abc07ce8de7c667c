"""What one measurement is: how long a piece of work took, and how much it was."""

from __future__ import annotations

from typing import NamedTuple

from adim.speed.timing import Timing


class Measurement(NamedTuple):
    """How long a piece of work took.

    Attributes
    ----------
    name, shape, part : str
        What it is, what it works on, and which part of it.
    timing : Timing
        In seconds.
    amount : float
        How much it is, in `unit`.
    unit : str
        "GFLOP" or "images"; "" where nothing but the time is of interest.
    traffic : int
        The bytes of all that goes in and comes out, each read or written once; 0 where nobody has counted.
    """

    name: str
    shape: str
    part: str
    timing: Timing
    amount: float = 0.0
    unit: str = ""
    traffic: int = 0

    @property
    def speed(self) -> float:
        """Units a second."""
        return self.amount / self.timing.median

    @property
    def intensity(self) -> float:
        """Floating-point operations for each byte that has to be moved; 0 where neither was counted."""
        return self.amount * 1e9 / self.traffic if self.traffic and self.unit == "GFLOP" else 0.0
