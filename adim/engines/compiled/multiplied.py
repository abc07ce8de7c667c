"""Channels that several filters share: repeated, so that each filter has a channel of its own, and summed up again.

A depthwise convolution with M filters a channel is one with one filter a channel, over images whose channels are
repeated M times. A band of rows at a time is, in scratch memory that stays in the cache.
"""

from __future__ import annotations

from typing import Any


def repeat(f: Any, source: Any, target: Any, numbers: Any, times: Any, scalar: Any) -> None:
    """Write code that copies so many numbers, each `times` times."""
    size = 4 if str(scalar) == "float" else 8
    place = f.variable(target)
    with f.loop(0, numbers) as i:
        number = f.load(source + i * size, scalar)
        with f.loop(0, times):
            f.store(number, place.value)
            place += size


def sum_up(f: Any, source: Any, target: Any, numbers: Any, times: Any, scalar: Any) -> None:
    """Write code that makes each of so many numbers the sum of `times` numbers side by side."""
    size = 4 if str(scalar) == "float" else 8
    place = f.variable(source)
    with f.loop(0, numbers) as i:
        total = f.variable(f.zero(scalar))
        with f.loop(0, times):
            total += f.load(place.value, scalar)
            place += size
        f.store(total.value, target + i * size)
