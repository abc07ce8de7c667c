"""A normalisation by given moments, folded into the kernel and the bias of the layer before it.

Every number is rounded as often as NumPy rounds it, and so both engines fold to the same bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adim.arrays import FloatArray
from adim.engines.compiled import library, memory, threads
from adim.engines.compiled.records import Layout, address, bits
from adim.engines.compiled.sweeps import along, lanes_for

_TASK_NUMBERS = 1 << 15

FIELDS = Layout(
    "kernel",
    "bias",  # 0 for none
    "mean",
    "variance",
    "scale",
    "offset",
    "epsilon",  # a float64
    "rows",  # of the kernel, which end in the channels
    "rows_per_task",
    "channels",
    "target",
    "target_bias",
)


def fold(
    kernel: FloatArray,
    bias: FloatArray | None,
    mean: FloatArray,
    variance: FloatArray,
    scale: FloatArray,
    offset: FloatArray,
    epsilon: float,
) -> tuple[FloatArray, FloatArray]:
    """Return kernel and bias; see `Engine.fold_normalization`."""
    arrays = [np.ascontiguousarray(array) for array in (kernel, mean, variance, scale, offset)]
    channels, size = scale.size, scale.itemsize
    target, target_bias = memory.empty(kernel.shape, kernel.dtype), memory.empty((channels,), kernel.dtype)
    rows = kernel.size // max(channels, 1)
    rows_per_task = max(_TASK_NUMBERS // max(channels, 1), 1)
    bias = None if bias is None else np.ascontiguousarray(bias)
    places = [address(array) for array in arrays]
    call = FIELDS.call(
        places[0],
        0 if bias is None else address(bias),
        *places[1:],
        bits(epsilon),
        rows,
        rows_per_task,
        channels,
        address(target),
        address(target_bias),
    )
    name = f"folding_f{8 * size}"
    code = library.address(name, lambda module: _write(module, name, size))
    threads.pool().run(code, call, -(-rows // rows_per_task), *arrays, bias, target, target_bias)
    return target, target_bias


def _write(module: Any, name: str, size: int) -> None:
    """Write ``folding(where, task, thread)``; a task is some rows, and the first one does the bias as well."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    scalar, lanes = F32 if size == 4 else F64, lanes_for(size)
    vec = vector(scalar, lanes)
    f = Function(module, name, ["where", "task", "thread"])
    r = FIELDS.read(f, f.where)
    epsilon = f.splat(f.convert(f.load(FIELDS.at(f.where, "epsilon"), F64), scalar), lanes)
    first = f.task * r.rows_per_task
    count = f.smaller(r.rows_per_task, r.rows - first)
    pitch = r.channels * size

    def channels(index: Any, mask: Any) -> None:
        def load(start: Any) -> Any:
            return f.load(start + index * size, vec, mask=mask)

        factor = load(r.scale) / f.sqrt(load(r.variance) + epsilon)
        place = f.variable(first * pitch + index * size)
        with f.loop(0, count):
            f.store(f.load(r.kernel + place.value, vec, mask=mask) * factor, r.target + place.value, mask=mask)
            place += pitch
        with f.when(f.task.equals(0)):
            shift = f.variable(load(r.offset) - load(r.mean) * factor)
            with f.when(r.bias.differs(0)):
                shift += load(r.bias) * factor
            f.store(shift.value, r.target_bias + index * size, mask=mask)

    along(f, r.channels, lanes, channels)
    f.finish()
