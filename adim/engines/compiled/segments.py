"""Segments: stretches of an axis whose pixels are met by the same taps.

In the middle of an image all taps of a filter lie on pixels, at its ends some lie in the padding. Where windows are
told apart by which taps do, nothing needs to be padded, and within a segment nothing needs to be asked.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import NamedTuple

from adim.engines.compiled.phases import Phase


class Segment(NamedTuple):
    """Pixels q of a phase, `first` to before `end`, and which of its taps meet pixels: `begin` to before `stop`."""

    first: int
    end: int
    begin: int
    stop: int


def segments(phase: Phase, size: int) -> list[Segment]:
    """Part a phase over a source of so many pixels.

    Examples
    --------
    >>> for segment in segments(Phase(0, 1, 5, 1, ((0, -1), (1, 0), (2, 1))), 5):
    ...     print(segment)
    Segment(first=0, end=1, begin=1, stop=3)
    Segment(first=1, end=4, begin=0, stop=3)
    Segment(first=4, end=5, begin=0, stop=2)
    """
    offsets = [offset for _, offset in phase.taps]
    starts = [q * phase.stride for q in range(phase.output)]
    met = [(bisect_left(offsets, -start), bisect_left(offsets, size - start)) for start in starts]
    met = [(begin, stop) if begin < stop else (0, 0) for begin, stop in met]
    changes = [q for q in range(1, phase.output) if met[q] != met[q - 1]]
    bounds = [0, *changes, phase.output] if phase.output else []
    return [Segment(first, end, *met[first]) for first, end in pairwise(bounds)]
