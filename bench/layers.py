"""``python -m bench layers``: convolution layers, each pass apart, against the better of PyTorch's two layouts."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from adim.engines import choose
from bench import convolution, machine, peers, plot, report
from bench.contest import OURS, TOLERANCES, Disagreement, hold
from bench.report import Row
from bench.shapes import Layer, select


def run(
    *, suite: Sequence[str], batch: int | None, dtype: str, engine: str, seconds: float, threads: int, out: Path
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
    absent = peers.PEERS.keys() - set(peers.installed())
    if absent:
        print(f"not installed, so not measured: {', '.join(absent)} (pip install '.[bench]')", file=sys.stderr)
    with machine.observed() as description:
        rows = list(measure(layers, dtype=dtype, engine=engine, seconds=seconds, threads=threads))
    headline = report.headline(description, settings)
    name = f"{machine.stamp(description)}-layers"
    report.publish(out / name, f"{headline}\n\n{report.table(rows)}", report.document(rows, description, settings))
    if rows[0].parts["forward"].best_peer:
        plot.save(out / f"{name}.png", rows, headline)


def measure(layers: Iterable[Layer], *, dtype: str, engine: str, seconds: float, threads: int) -> Iterator[Row]:
    """Measure layers one by one, and say on the error stream which is next.

    Raises
    ------
    Disagreement
        If a peer's result is not ours: names the layer and the pass.
    """
    for layer in layers:
        print(f"{layer.suite} {layer.name} ({layer})", file=sys.stderr)
        arrays = convolution.draw(layer, dtype)
        ours = convolution.ours(layer, arrays, engine=engine)
        sides = {OURS: ours} | peers.convolutions(layer, arrays, threads=threads)
        parts = {}
        for name in convolution.PASSES:
            try:
                parts[name] = hold(
                    {side: passes[name] for side, passes in sides.items()},
                    tolerance=TOLERANCES[dtype],
                    seconds=seconds,
                )
            except Disagreement as found:
                raise Disagreement(f"{layer.suite} {layer.name} ({layer}), {name}: {found}") from found
        yield Row(layer.suite, layer.name, str(layer), layer.flops, parts)
