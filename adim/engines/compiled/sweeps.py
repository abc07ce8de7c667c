"""Sweeps: one pass over arrays of one size, number by number, whatever is done to each.

A layer's rectifier and a network's sum of two branches are limited by memory alone, so they read and write once, on
all threads. `along` is the loop that they share with every other kernel that walks along numbers side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from adim.arrays import FloatArray
from adim.engines.compiled import library, threads
from adim.engines.compiled.processor import instruction_set
from adim.engines.compiled.records import Layout, address, bits

_TASK_NUMBERS = 1 << 14
_ALONE = 1 << 15  # so few numbers are done before another thread is awake

FIELDS = Layout("size", "task_size", "target", "first", "second", "constant")
"""How many numbers, how many of them are a task, where the arrays lie (that of one source finds it twice), and a
float64 that is the same for all of them."""


class Sweep(NamedTuple):
    """What to do to each number: one of these is two pieces of machine code, for float32 and float64.

    Attributes
    ----------
    name : str
        What it is called.
    sources : int
        How many arrays it reads, one or two.
    body : callable
        Takes vectors of their numbers, and one of the constant if there is any, and returns that of the target's.
    constant : bool
        Whether there is.
    """

    name: str
    sources: int
    body: Callable[..., Any]
    constant: bool = False

    def run(self, target: FloatArray, *sources: FloatArray, constant: float = 0.0) -> None:
        """Fill the target, which may be one of the sources; all are of one size and dtype, their numbers adjacent."""
        size = target.itemsize
        task = _TASK_NUMBERS if target.size > _ALONE else _ALONE
        places = address(target), address(sources[0]), address(sources[-1])
        call = FIELDS.call(target.size, task, *places, bits(constant))
        code = library.address(f"{self.name}_{8 * size}", lambda module: _write(module, self, size))
        threads.pool().run(code, call, -(-target.size // task), target, *sources)


def lanes_for(size: int) -> int:
    """Return how many numbers of so many bytes the widest vector has."""
    return instruction_set().bits[0] // (8 * size)


def along(f: Any, count: Any, lanes: int, body: Callable[[Any, Any], None]) -> None:
    """Write ``body(index, mask)`` for every vector of `count` numbers; only the last one, if not whole, has a mask."""
    whole = count // lanes * lanes
    with f.loop(0, whole, lanes) as index:
        body(index, None)
    with f.when(whole < count):
        body(whole, f.first_lanes(count - whole, lanes))


def _write(module: Any, sweep: Sweep, size: int) -> None:
    """Write ``sweep(record, task, thread)``."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    lanes = lanes_for(size)
    vec = vector(F32 if size == 4 else F64, lanes)
    f = Function(module, f"{sweep.name}_{8 * size}", ["record", "task", "thread"])
    r = FIELDS.read(f, f.record)
    start = f.task * r.task_size
    constants = []
    if sweep.constant:
        constant = f.load(FIELDS.at(f.record, "constant"), F64)
        constants.append(f.splat(f.convert(constant, F32 if size == 4 else F64), lanes))

    def step(index: Any, mask: Any) -> None:
        place = (start + index) * size
        numbers = [f.load(source + place, vec, mask=mask) for source in (r.first, r.second)[: sweep.sources]]
        f.store(sweep.body(f, *numbers, *constants), r.target + place, mask=mask)

    along(f, f.smaller(r.task_size, r.size - start), lanes, step)
    f.finish()
