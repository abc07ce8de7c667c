"""The softmax: scores to probabilities, row by row.

The exponential is written here, for vectors: ``exp(x) = 2^k * exp(r)`` for the whole number k that is nearest to
``x / log(2)``, and a Taylor series for the rest r, which lies within half of log(2) around 0. It is right to about a
unit in the last place. A score is never above 0 once the largest one has been subtracted, so nothing overflows, and
what is so small that it has no digits left becomes 0.
"""

from __future__ import annotations

from functools import reduce
from math import e, factorial, inf, log2
from typing import Any, NamedTuple

from adim.arrays import FloatArray
from adim.engines.compiled import library, threads
from adim.engines.compiled.records import Layout, address
from adim.engines.compiled.sweeps import along, lanes_for

_TASK_NUMBERS = 1 << 12
_SHORT = 64  # so many numbers are added up before their sum is added to others: no sum is long

FIELDS = Layout("source", "target", "rows", "rows_per_task", "columns")


class _Precision(NamedTuple):
    """What the exponential needs to know of a type of floats.

    Attributes
    ----------
    terms : int
        Of the series.
    least : float
        A score whose exponential is 0.
    digits : int
        Bits of a number's fraction.
    bias : int
        The exponent that 1 has.
    log_2 : (float, float)
        Its logarithm in two parts, the first of which has so few digits that small multiples of it are exact.
    """

    terms: int
    least: float
    digits: int
    bias: int
    log_2: tuple[float, float]


_PRECISIONS = {
    4: _Precision(8, -110.0, 23, 127, (0.693359375, -2.12194440054690583e-4)),
    8: _Precision(14, -750.0, 52, 1023, (0.693145751953125, 1.42860682030941723e-6)),
}


def forward(x: FloatArray, out: FloatArray) -> None:
    """Fill `out` with the softmax along the last axis of `x`, which may be the same array; neither is empty."""
    size, columns = x.itemsize, x.shape[-1]
    rows = x.size // columns
    rows_per_task = max(1, _TASK_NUMBERS // columns)
    call = FIELDS.call(address(x), address(out), rows, rows_per_task, columns)
    name = f"softmax_f{8 * size}"
    code = library.address(name, lambda module: _write(module, name, size))
    threads.pool().run(code, call, -(-rows // rows_per_task), x, out)


def _write(module: Any, name: str, size: int) -> None:
    """Write ``softmax(where, task, thread)``; a task is some rows."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    scalar, lanes = F32 if size == 4 else F64, lanes_for(size)
    vec = vector(scalar, lanes)
    f = Function(module, name, ["where", "task", "thread"])
    r = FIELDS.read(f, f.where)
    first = f.task * r.rows_per_task
    with f.loop(first, f.smaller(first + r.rows_per_task, r.rows)) as row:
        source, target = r.source + row * r.columns * size, r.target + row * r.columns * size
        highest = f.variable(f.constant(-inf, vec))
        total, short = f.variable(f.zero(vec)), f.variable(f.zero(vec))

        def look(index: Any, mask: Any) -> None:
            scores = f.load(source + index * size, vec, mask=mask)
            if mask is not None:
                scores = f.select(mask, scores, f.constant(-inf, vec))
            highest.set(f.larger(scores, highest.value))

        def raise_up(index: Any, mask: Any) -> None:
            powers = _exp(f, f.load(source + index * size, vec, mask=mask) - most, size)
            if mask is not None:
                powers = f.select(mask, powers, f.zero(vec))
            short.set(short.value + powers)
            f.store(powers, target + index * size, mask=mask)
            with f.when((index % (_SHORT * lanes)).equals(0)):
                add_up()

        def add_up() -> None:
            total.set(total.value + short.value)
            short.set(f.zero(vec))

        def divide(index: Any, mask: Any) -> None:
            place = target + index * size
            f.store(f.load(place, vec, mask=mask) / whole, place, mask=mask)

        along(f, r.columns, lanes, look)
        most = f.splat(reduce(f.larger, f.lanes(highest.value)), lanes)
        along(f, r.columns, lanes, raise_up)
        add_up()
        whole = f.splat(f.total(total.value), lanes)
        along(f, r.columns, lanes, divide)
    f.finish()


def _exp(f: Any, x: Any, size: int) -> Any:
    """Return the exponential of numbers that are not above 0; that of NaN is NaN."""
    from adim.engines.compiled.language import I32, I64, vector  # noqa: PLC0415 - only to compile

    terms, least, digits, bias, (high, low) = _PRECISIONS[size]
    integers = vector(I32 if size == 4 else I64, getattr(x.type, "count", 1))
    rounder = 1.5 * 2.0**digits  # what is added to it is rounded to a whole number, which its last bits are then

    def power_of_2(k: Any) -> Any:
        return f.reinterpret((f.reinterpret(k + rounder, integers) + bias) << digits, x.type)

    x = f.select(x < least, f.constant(least, x.type), x)
    k = f.fma(x, log2(e), f.constant(rounder, x.type)) - rounder
    rest = f.fma(k, low, f.fma(k, high, x, negative=True), negative=True)
    series = f.constant(1 / factorial(terms - 1), x.type)
    for n in reversed(range(terms - 1)):
        series = f.fma(series, rest, f.constant(1 / factorial(n), x.type))
    half = k * 0.5 + rounder - rounder  # 2^k may be smaller than any number with all its digits
    return series * power_of_2(half) * power_of_2(k - half)
