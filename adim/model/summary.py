"""A network as a table: its layers, the shapes that they make, and how many numbers they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adim.graph import Graph
from adim.layers import Layer


def summary_lines(name: str, graph: Graph, layers: Sequence[Layer]) -> Iterator[str]:
    """Yield the lines of a table in Keras's manner.

    Parameters
    ----------
    name : str
        The network's name.
    graph : Graph
        The network.
    layers : sequence of Layer
        Which of its layers get a row.
    """
    sources: dict[Layer, list[str]] = {layer: [] for layer in graph.layers}
    shapes: dict[Layer, tuple[int | None, ...]] = {}
    for tensor in graph.tensors:
        shapes.setdefault(tensor.layer, tensor.shape)
        sources[tensor.layer] += [str(source.layer.name) for source in tensor.inputs]
    rows = [("Layer (type)", "Output Shape", "Param #", "Connected to")]
    rows += [
        (
            f"{layer.name} ({type(layer).__name__})",
            str(shapes[layer]),
            f"{layer.count_params():,}",
            ", ".join(sources[layer]),
        )
        for layer in layers
    ]
    is_chain = all(step.sources == (step.value - 1,) for step in graph.steps)  # its last column would tell nothing new
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][: 3 if is_chain else 4]
    table = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    rule = sum(widths) + 2 * len(widths) - 2
    total = sum(layer.count_params() for layer in graph.layers)
    trainable = sum(array.size for array in graph.parameters)
    itemsize = graph.dtype.itemsize
    yield f'Model: "{name}"'
    yield "_" * rule
    yield table[0]
    yield "=" * rule
    yield from table[1:]
    yield "=" * rule
    for what, count in (("Total", total), ("Trainable", trainable), ("Non-trainable", total - trainable)):
        yield f"{what} params: {count:,} ({_readable(count * itemsize)})"
    yield "_" * rule


def _readable(size: float) -> str:
    """Return a number of bytes as Keras's summary writes it: ``5.12 KB``."""
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:.2f} {unit}"
