"""A watch for numbers that are not finite, where they would spread further than they should.

Winograd's filtering mixes the pixels of a tile and unmixes them again, which infinities and NaN do not survive: one of
them makes the whole tile NaN. So does a sum on the way that is too large for its precision. In an input gradient, what
is not finite in the filters would reach pixels where the gradient's zero padding meets it. Kernels therefore watch what
passes through their registers, which costs next to nothing, and leave a note in the record that they were called with;
such a call is then done another way.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adim.engines.compiled.recording import current

if TYPE_CHECKING:
    from adim.engines.compiled.language import Function, Value


class NotFiniteError(ArithmeticError):
    """Raised where a result is worthless, since numbers that are not finite spread too far on the way."""


def check(call: array[int]) -> None:
    """Raise NotFiniteError if a kernel left a note in the call, whose last field, `not_finite`, is for it."""
    if (recording := current()) is not None:
        recording.watched.append(call)
    if call[-1]:
        raise NotFiniteError


class Watch:
    """Numbers of one type under watch, in compiled code.

    Parameters
    ----------
    f : Function
    of : type
        What is watched: numbers, or vectors of them.
    """

    def __init__(self, f: Function, of: Any) -> None:
        self._f = f
        self._seen = f.variable(f.zero(of))  # 0, as long as all is well; NaN ever after

    def see(self, numbers: Sequence[Value]) -> None:
        """Look at some numbers; their sum is finite only if each of them is."""
        sums = list(numbers)
        while len(sums) > 1:
            sums = [*(a + b for a, b in zip(sums[::2], sums[1::2], strict=False)), *sums[len(sums) // 2 * 2 :]]
        self._seen.set(self._f.fma(sums[0], 0.0, self._seen.value))

    def note(self, place: Value) -> None:
        """Put a 1 at an address if any number was not finite."""
        with self._f.unless(self._f.total(self._seen.value).equals(0.0)):
            self._f.store(self._f.constant(1), place)
