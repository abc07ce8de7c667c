"""``python -m bench pools``: max and average pooling, forward and back, against PyTorch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from pathlib import Path

import numpy as np

from adim.engines import choose
from bench import comparison, pooling
from bench.comparison import Case
from bench.contest import rounding
from bench.pooling import Pool
from bench.report import Work

_IMAGES = ((8, 112, 112, 64), (32, 56, 56, 64), (64, 32, 32, 32), (64, 16, 16, 64), (64, 64, 64, 8))

_WINDOWS = {
    "2x2, stride 2": (2, 2, 0),
    "3x3, stride 2": (3, 2, 1),
    "8x8, stride 8": (8, 8, 0),
    "whole images": (None, 1, 0),
}

POOLS = {name: [Pool(images, *windows) for images in _IMAGES] for name, windows in _WINDOWS.items()}
"""Those of large networks, of small ones, and of the course's, by their windows."""


def run(*, dtype: str, engine: str, seconds: float, threads: int, peer: Sequence[str], out: Path) -> None:
    """Measure the poolings, print the table and write it, its JSON and its plot into `out`."""
    try:
        choose(engine)
    except ValueError as error:
        raise SystemExit(f"bench: {error}") from error
    settings = {"dtype": dtype, "engine": engine, "threads": threads, "seconds": seconds}
    pools = [(group, pool) for group, some in POOLS.items() for pool in some]
    found = comparison.compare(
        "pools", cases(pools, dtype=dtype, engine=engine), peer=peer, threads=threads, seconds=seconds
    )
    comparison.present(found, settings=settings, out=out)


def cases(pools: Iterable[tuple[str, Pool]], *, dtype: str, engine: str) -> Iterator[Case]:
    """Draw the arrays of poolings, each under the name of its group, one after the other."""
    for group, pool in pools:
        arrays = pooling.draw(pool, dtype)
        traffic = (prod(pool.images) + prod(pool.output_shape)) * np.dtype(dtype).itemsize
        work = Work(traffic / 1e9, "GB", traffic)
        yield Case(
            group,
            f"{pool.images[-1]} channels",
            str(pool),
            dict.fromkeys(pooling.PARTS, work),
            (),
            pooling.ours(pool, arrays, engine=engine),
            (pool, arrays),
            dict.fromkeys(pooling.PARTS, rounding(dtype)),
        )
