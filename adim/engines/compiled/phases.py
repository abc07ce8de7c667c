"""Phases: which pixels of one array the pixels of another are made of, along one axis.

A forward pass has one phase: window q starts ``q * stride`` pixels into the padded image. An input gradient looks the
other way. For a stride of s, pixels whose positions leave the same rest modulo s are met by the same taps, so there are
s phases; in each of them the pixels of the output's gradient are passed with a stride of 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from adim.geometry import Axis


class Phase(NamedTuple):
    """One axis of a correlation: ``target[start + step * q] = sum over taps of source[q * stride + offset] * tap``.

    Attributes
    ----------
    start, step, output : int
        Which pixels of the target: the first one, how far apart, how many.
    stride : int
        Pixels of the source from one q to the next.
    taps : tuple of (int, int)
        Each tap's number and its offset, by rising offset.
    """

    start: int
    step: int
    output: int
    stride: int
    taps: tuple[tuple[int, int], ...]


def forward_phases(axis: Axis) -> list[Phase]:
    """Return the one phase of a forward pass."""
    taps = tuple((tap, tap * axis.dilation - axis.before) for tap in range(axis.taps))
    return [Phase(0, 1, axis.output, axis.stride, taps)]


def gradient_phases(axis: Axis) -> list[Phase]:
    """Return the phases of an input gradient, one for each rest modulo the stride that a pixel can have."""
    phases = []
    for rest in range(axis.stride):
        start = (rest - axis.before) % axis.stride
        count = -(-(axis.size - start) // axis.stride)
        first = (start + axis.before - rest) // axis.stride
        taps = [
            (tap, first - (tap * axis.dilation - rest) // axis.stride)
            for tap in reversed(range(axis.taps))
            if tap * axis.dilation % axis.stride == rest
        ]
        if count > 0:
            phases.append(Phase(start, axis.stride, count, 1, tuple(taps)))
    return phases


def side_by_side(taps: Sequence[tuple[int, int]]) -> bool:
    """Return whether each tap stands right beside the one before."""
    return all(b[1] - a[1] == 1 for a, b in pairwise(taps))
