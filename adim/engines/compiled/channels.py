"""How a pixel's channels are cut into vectors, for the kernels that never mix channels.

In channels-last layout the channels of a pixel lie side by side, so a pooling or a depthwise convolution does to whole
vectors what it does to one channel. `Vectors` says how wide they are; first come blocks of several, whose chains of
arithmetic hide each other's delays, then single ones, and last a masked one for what remains.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from adim.engines.compiled.processor import instruction_set

_NARROWER = 0.9  # what a vector costs, compared with one twice as wide


class Vectors(NamedTuple):
    """The vectors of a kernel.

    Attributes
    ----------
    size : int
        Bytes of a number: 4 or 8.
    lanes : int
        Numbers of a vector.
    unroll : int
        Vectors of a block.
    masked : bool
        Whether some channels remain that fill no vector.
    """

    size: int
    lanes: int
    unroll: int
    masked: bool

    @property
    def name(self) -> str:
        """A part of the names of kernels."""
        return f"f{8 * self.size}_{self.unroll}x{self.lanes}{'_masked' * self.masked}"

    @property
    def bytes(self) -> int:
        """Bytes of a vector."""
        return self.lanes * self.size

    def types(self) -> tuple[Any, Any]:
        """Return LLVM's types of a number and of a vector."""
        from adim.engines.compiled.language import F32, F64, vector  # noqa: PLC0415 - only to compile

        scalar = F32 if self.size == 4 else F64
        return scalar, vector(scalar, self.lanes)

    def walk(self, f: Any, channels: Any, body: Callable[[Any, int, Any], None]) -> None:
        """Write ``body(offset, vectors, mask)`` for all `channels`; `offset` is in bytes, the mask None or a mask."""
        block = self.unroll * self.lanes
        with f.loop(0, channels // block) as number:
            body(number * (block * self.size), self.unroll, None)
        whole = channels // self.lanes
        if self.unroll > 1:
            with f.loop(channels // block * self.unroll, whole) as number:
                body(number * self.bytes, 1, None)
        if self.masked:
            rest = channels % self.lanes
            with f.when(rest > 0):
                body(whole * self.bytes, 1, f.first_lanes(rest, self.lanes))


def accumulators() -> int:
    """Return how many vectors a kernel may keep in registers beside those that pass by: 8 or 16."""
    return 16 if instruction_set().rows[1] >= 16 else 8


def vectors_for(channels: int, size: int) -> Vectors:
    """Choose the vectors for so many channels of numbers of so many bytes."""
    widths = [bits // (8 * size) for bits in instruction_set().bits] + [1]
    costs = {lanes: -(-channels // lanes) * _NARROWER**step for step, lanes in enumerate(widths)}
    lanes = min(widths, key=lambda lanes: costs[lanes])
    unroll = 1
    while 2 * unroll <= min(accumulators() // 4, channels // lanes):
        unroll *= 2
    return Vectors(size, lanes, unroll, channels % lanes != 0)
