"""``python -m bench memory``: how much memory a pass of ours takes at its peak, beside its input and its output.

It is told as a share of what goes in and comes out, and seen from two sides: what NumPy's allocator was asked for, and
by how much the process grew, which also counts what an engine takes from the system by itself (on Linux). Each pass
runs in a process of its own, in which nothing lies about that it could use again; a first process makes the machine
code, where an engine has any, and leaves it in the cache. Layers with less than 1 MiB in and out do not take part: a
process grows by pages and pools.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray
from bench import convolution, machine, report
from bench.shapes import Layer, select

_ROOT = Path(__file__).parent.parent
_LEAST = 2**20  # bytes


class Extra(NamedTuple):
    """The bytes that a pass took at its peak beside input and output; None where it cannot be found out."""

    allocated: int
    resident: int | None


def run(*, suite: Sequence[str], dtype: str, threads: int, out: Path) -> None:
    """Measure the layers of some suites, print the table and write it and its JSON into `out`."""
    size = np.dtype(dtype).itemsize
    try:
        layers = [layer for layer in select(suite) if layer.elements * size >= _LEAST]
    except ValueError as error:
        raise SystemExit(f"bench: {error}") from error
    if not layers:
        raise SystemExit("bench: none of these layers has 1 MiB or more in and out")
    settings = {"suites": " ".join(suite), "dtype": dtype, "threads": threads}
    rows = []
    with machine.observed() as description:
        for layer in layers:
            report.say(f"{layer.suite} {layer.name} ({layer})")
            _child(layer, dtype, convolution.PASSES)  # makes the machine code
            extras = {part: _child(layer, dtype, [part]) for part in convolution.PASSES}
            rows.append({"layer": layer, "bytes": layer.elements * size, "extras": extras})
    title = report.headline(description, settings)
    data = {"machine": description, "settings": settings, "rows": [_as_json(row) for row in rows]}
    report.publish(out / f"{machine.stamp(description)}-memory", f"{title}\n\n{_table(rows)}", data)


def measure(layer: Layer, dtype: str, parts: Sequence[str]) -> Extra:
    """Run passes of a layer, one after the other, and return what the last took."""
    arrays = convolution.draw(layer, dtype)
    sides = convolution.ours(layer, arrays, engine="compiled")
    little = layer._replace(batch=1, height=layer.taps[0], width=layer.taps[1], output=(1, 1), padding=((0, 0), (0, 0)))
    for side in convolution.ours(little, convolution.draw(little, dtype), engine="compiled").values():
        side.run()  # loads what is loaded once, threads and all
    found = Extra(0, None)
    for part in parts:
        before = _restart_peak()
        tracemalloc.start()
        results: tuple[FloatArray, ...] = sides[part].arrays(sides[part].run())
        allocated = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        grown = _status("VmHWM")
        output = sum(result.nbytes for result in results)
        resident = None if before is None or grown is None else max(grown - before - output, 0)
        found = Extra(max(allocated - output, 0), resident)
    return found


def _child(layer: Layer, dtype: str, parts: Sequence[str]) -> Extra:
    """Run `measure` in a process of its own."""
    request = json.dumps([layer, dtype, list(parts)])
    command = [sys.executable, "-m", "bench.memory"]
    answer = subprocess.run(command, input=request, capture_output=True, text=True, check=True, cwd=_ROOT)
    return Extra(*json.loads(answer.stdout))


def _restart_peak() -> int | None:
    """Let the peak of this process begin at what it holds now, and return that; None where there is no such thing."""
    clear = Path("/proc/self/clear_refs")
    try:
        clear.write_text("5", encoding="ascii")
    except OSError:
        return None
    return _status("VmRSS")


def _status(name: str) -> int | None:
    """Return a number of bytes that Linux tells of this process."""
    path = Path("/proc/self/status")
    if not path.exists():
        return None
    lines = dict(line.partition(":")[::2] for line in path.read_text(encoding="ascii").splitlines())
    return int(lines[name].split()[0]) * 1024


def _table(rows: Sequence[dict[str, Any]]) -> str:
    names = [f"{row['layer'].suite} {row['layer'].name} ({row['layer']})" for row in rows]
    width = max(map(len, names))
    head = f"{'':{width}}  {'MiB':>8}" + "".join(f"  {part:>20}" for part in convolution.PASSES)
    kinds = f"{'':{width}}  {'in, out':>8}" + f"  {'allocated':>10}{'resident':>10}" * len(convolution.PASSES)
    lines = [head, kinds]
    for name, row in zip(names, rows, strict=True):
        cells = [f"{_share(value, row):>10}" for part in convolution.PASSES for value in row["extras"][part]]
        pairs = ["  " + "".join(cells[i : i + 2]) for i in range(0, len(cells), 2)]
        lines.append(f"{name:{width}}  {row['bytes'] / 2**20:8.1f}" + "".join(pairs))
    for kind in Extra._fields:
        found = [
            (extra / row["bytes"], f"{name}, {part}")
            for name, row in zip(names, rows, strict=True)
            for part in convolution.PASSES
            if (extra := getattr(row["extras"][part], kind)) is not None
        ]
        if found:
            share, place = max(found)
            lines.append(f"\nmost {kind}: {share:.0%} of input and output at {place}")
    return "\n".join(lines)


def _share(extra: int | None, row: dict[str, Any]) -> str:
    return "-" if extra is None else f"{extra / row['bytes']:.0%}"


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    layer: Layer = row["layer"]
    extras = {part: extra._asdict() for part, extra in row["extras"].items()}
    return {"group": layer.suite, "name": layer.name, "shape": str(layer), "bytes": row["bytes"], "extras": extras}


def _layer(fields: list[Any]) -> Layer:
    """Return a layer that has been JSON, which knows no tuples."""
    height, width = fields[9]
    return Layer(*fields)._replace(
        taps=tuple(fields[7]), strides=tuple(fields[8]), padding=(tuple(height), tuple(width)), output=tuple(fields[11])
    )


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    print(json.dumps(measure(_layer(asked[0]), asked[1], asked[2])))
