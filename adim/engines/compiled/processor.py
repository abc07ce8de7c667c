"""What the processor can do, and the tile that suits it: numbers, apart from the code that they tune.

A register tile of `rows` x `vectors` accumulators, with the vectors of the right matrix and one number of the left one
broadcast, has to fit into the registers; the more accumulators, the less is loaded for each multiplication. Each row of
`INSTRUCTION_SETS` says how wide vectors can be, and for so many vectors in a row of the tile how many rows it has.

**A new processor** works with the row of its instruction set. For a row of its own, add one above the first that it
would match, with the LLVM feature that tells it apart, and compare ``python -m bench layers`` before and after.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from llvmlite import binding as llvm


class InstructionSet(NamedTuple):
    """A row of the table.

    Attributes
    ----------
    name : str
        As the environment variable ``ADIM_INSTRUCTIONS`` names it.
    feature : str
        LLVM's name of what a processor must have.
    without : tuple of str
        LLVM's names of what the compiler must leave unused, where the processor has more.
    bits : tuple of int
        The widths of its vectors, the widest first.
    rows : mapping of int to int
        For so many vectors in a row of the tile: how many rows at the most.
    """

    name: str
    feature: str
    without: tuple[str, ...]
    bits: tuple[int, ...]
    rows: Mapping[int, int]


LLVM = threading.RLock()
"""Held by whoever calls LLVM. A fork waits for it, or the locks inside LLVM would stay locked in the child."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=LLVM.acquire, after_in_parent=LLVM.release, after_in_child=LLVM.release)

_NO_512 = ("avx512f", "avx512vl", "avx512bw", "avx512dq", "evex512")

INSTRUCTION_SETS = (
    # 32 registers: 14 x 2 accumulators, 2 vectors and a broadcast; 7 x 4 would spill
    InstructionSet("avx512", "avx512f", (), (512, 256, 128), {1: 24, 2: 14, 3: 8, 4: 6}),
    # 16 registers: 6 x 2 accumulators, 2 vectors and a broadcast
    InstructionSet("avx2", "avx2", _NO_512, (256, 128), {1: 12, 2: 6, 3: 4}),
    InstructionSet("sse", "sse2", ("avx", "avx2", "fma", *_NO_512), (128,), {1: 8, 2: 4, 3: 3}),
    # 32 registers of 128 bits
    InstructionSet("neon", "neon", (), (128,), {1: 20, 2: 12, 3: 8, 4: 6}),
)


@cache
def host() -> tuple[str, Mapping[str, bool]]:
    """Return LLVM's name of this processor, and which features it has."""
    with LLVM:
        return llvm.get_host_cpu_name(), dict(llvm.get_host_cpu_features().items())


@cache
def instruction_set() -> InstructionSet:
    """Return the first row that this processor has, or the one that ``ADIM_INSTRUCTIONS`` names.

    Raises
    ------
    ValueError
        If the variable names no row that this processor has.
    """
    _, found = host()
    there = [row for row in INSTRUCTION_SETS if found.get(row.feature, False)]
    if not there:
        raise ValueError("this processor has none of the vector instructions that the compiled engine knows")
    wanted = os.environ.get("ADIM_INSTRUCTIONS")
    for row in there:
        if wanted in (None, "", row.name):
            return row
    raise ValueError(
        f"the environment variable ADIM_INSTRUCTIONS must be one of {', '.join(row.name for row in there)} on this "
        f"processor; got {wanted!r}"
    )


@cache
def features() -> str:
    """Return the features that the compiler may use, in LLVM's spelling."""
    found = dict(host()[1])
    without = instruction_set().without
    for name in found:
        if any(name == bare or (bare.startswith("avx512") and name.startswith("avx512")) for bare in without):
            found[name] = False
    return ",".join(f"{'+' if found[name] else '-'}{name}" for name in sorted(found))


class Tile(NamedTuple):
    """The shape of a register tile: at most `rows` rows of `vectors` vectors of `lanes` numbers."""

    rows: int
    vectors: int
    lanes: int

    @property
    def columns(self) -> int:
        """How many numbers a row of the tile has."""
        return self.vectors * self.lanes


def tile_for(columns: int, size: int) -> Tile:
    """Choose the tile for a matrix with so many columns of numbers of so many bytes.

    The columns that the last tile leaves idle cost as much as the others, and narrow tiles load more for each
    multiplication: the least of the two, summed up, wins.
    """
    row = instruction_set()
    best, least = Tile(row.rows[1], 1, 1), float("inf")
    for bits in row.bits:
        lanes = bits // (8 * size)
        for vectors, rows in row.rows.items():
            tile = Tile(rows, vectors, lanes)
            blocks = -(-columns // tile.columns)
            loads = (3 * vectors + rows) / (rows * vectors)  # for each multiplication; vectors come from farther away
            cost = blocks * tile.columns * (1 + 0.6 * loads) * (row.bits[0] / bits) ** 0.3
            if cost < least - 1e-9:
                best, least = tile, cost
    return best
