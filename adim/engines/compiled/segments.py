"""Segments: stretches of an axis whose pixels are met by the same taps.

In the middle of an image all taps of a filter lie on pixels, at its ends some lie in the padding. Where windows are
told apart by which taps do, nothing needs to be padded, and within a segment nothing needs to be asked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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
    offsets = np.array([offset for _, offset in phase.taps], np.int64)
    starts = np.arange(phase.count) * phase.stride
    begin = np.searchsorted(offsets, -starts)
    stop = np.maximum(np.searchsorted(offsets, size - starts), begin)
    begin, stop = np.where(begin < stop, (begin, stop), 0)
    changes = np.flatnonzero((np.diff(begin) != 0) | (np.diff(stop) != 0)) + 1
    bounds = [0, *changes.tolist(), phase.count]
    return [
        Segment(first, end, int(begin[first]), int(stop[first]))
        for first, end in zip(bounds[:-1], bounds[1:], strict=True)
        if first < end
    ]
