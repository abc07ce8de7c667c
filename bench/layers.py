"""``python -m bench layers``: convolution layers, each pass apart, against PyTorch and ONNX Runtime."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from adim.engines import choose
from adim.speed import measure_roof
from bench import comparison, convolution
from bench.comparison import Case
from bench.contest import rounding
from bench.report import Work
from bench.shapes import Layer, select


def run(
    *,
    suite: Sequence[str],
    batch: int | None,
    dtype: str,
    engine: str,
    seconds: float,
    threads: int,
    peer: Sequence[str],
    out: Path,
) -> None:
    """Measure the layers of some suites, print the table and write it, its JSON and its plot into `out`."""
    try:
        layers = select(suite, batch=batch)
        choose(engine)
    except ValueError as error:
        raise SystemExit(f"bench: {error}") from error
    settings = {
        "suites": " ".join(suite),
        "batch": batch,
        "dtype": dtype,
        "engine": engine,
        "threads": threads,
        "seconds": seconds,
    }
    found = comparison.compare(
        "layers", cases(layers, dtype=dtype, engine=engine), peer=peer, threads=threads, seconds=seconds
    )
    roof = measure_roof(np.dtype(dtype), threads=threads)
    comparison.present(found, settings=settings, out=out, roof=roof)


def cases(layers: Iterable[Layer], *, dtype: str, engine: str) -> Iterator[Case]:
    """Draw the arrays of layers, one layer after the other."""
    for layer in layers:
        arrays = convolution.draw(layer, dtype)
        work = Work(layer.flops / 1e9, "GFLOP", layer.elements * np.dtype(dtype).itemsize)
        yield Case(
            layer.suite,
            layer.name,
            str(layer),
            dict.fromkeys(convolution.PASSES, work),
            layer.kinds,
            convolution.ours(layer, arrays, engine=engine),
            (layer, arrays),
            dict.fromkeys(convolution.PASSES, rounding(dtype)),
        )
