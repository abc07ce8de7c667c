"""Optimisers' steps: every parameter of a network in one call, each number of it read and written once.

Parameters are cut into pieces, and small pieces gathered to tasks that are worth a thread's while. A formula of
`adim.engines.rules` that has no kernel here is left to NumPy.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from struct import pack
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray
from adim.engines import vectorised
from adim.engines.compiled import library, threads
from adim.engines.compiled.records import Layout, Row, address
from adim.engines.compiled.sweeps import along, lanes_for
from adim.engines.rules import AdaptiveMoments, Momentum, RootMeanSquare, Rule

_TASK_NUMBERS = 1 << 13

PIECES = Layout("parameter", "gradient", "state", "slot_bytes", "count", "scale")
"""Addresses, the bytes from one slot of the state to the next, how many numbers; the scale is a double."""

FIELDS = Layout("pieces", "starts", "kept", "limit", "a", "b", "c", "d")
"""Addresses of the table of pieces and of each task's first one; the rest are doubles, the last four the formula's."""


def update(
    rule: Rule,
    parameters: Sequence[FloatArray],
    gradients: Sequence[FloatArray],
    states: Sequence[FloatArray],
    scales: Sequence[float],
) -> None:
    """Take an optimiser's step; see `Engine.update`."""
    kernel = _kernel(rule)
    if kernel is None:
        vectorised.update(rule, parameters, gradients, states, scales)
        return
    for dtype in {parameter.dtype for parameter in parameters}:
        own = [place for place, parameter in enumerate(parameters) if parameter.dtype == dtype]
        _update(
            kernel,
            rule,
            [parameters[place] for place in own],
            [gradients[place] for place in own],
            [states[place] for place in own],
            [scales[place] for place in own],
        )


def _update(
    kernel: _Kernel,
    rule: Rule,
    parameters: Sequence[FloatArray],
    gradients: Sequence[FloatArray],
    states: Sequence[FloatArray],
    scales: Sequence[float],
) -> None:
    """Update parameters of one dtype."""
    if not all(parameter.flags.writeable for parameter in parameters):
        raise ValueError("a parameter is read-only")
    size = parameters[0].itemsize
    flat = [np.ascontiguousarray(parameter) for parameter in parameters]
    slopes = [np.ascontiguousarray(gradient, parameters[0].dtype) for gradient in gradients]
    plan = _plan(tuple([parameter.size for parameter in parameters]), size)
    addresses = np.array([address(of) for of in (*flat, *slopes, *states)], np.int64)
    table = plan.table.copy()
    table[:, : PIECES.place["slot_bytes"]] += addresses.reshape(3, -1).T[plan.whose]
    table.view(np.float64)[:, PIECES.place["scale"]] = np.array(scales)[plan.whose]
    call = array("q", pack("2q6d", address(table), address(plan.starts), rule.kept, rule.limit, *kernel.numbers))
    threads.pool().run(kernel.address(size), call, len(plan.starts) - 1)
    for parameter, changed in zip(parameters, flat, strict=True):
        if changed is not parameter and not np.may_share_memory(changed, parameter):
            parameter[...] = changed.reshape(parameter.shape)


class _Plan(NamedTuple):
    """Pieces, but for their addresses; whose they are; and which one each task begins with."""

    table: Row  # (pieces, fields); addresses are bytes from the parameter's start
    whose: Row  # (pieces,)
    starts: Row  # (tasks + 1,)


@lru_cache(maxsize=64)
def _plan(sizes: tuple[int, ...], size: int) -> _Plan:
    rows: list[tuple[int, ...]] = []
    whose, starts, room = [], [], 0
    for number, numbers in enumerate(sizes):
        for start in range(0, numbers, _TASK_NUMBERS):
            count, offset = min(_TASK_NUMBERS, numbers - start), start * size
            if count > room:
                starts.append(len(rows))
                room = _TASK_NUMBERS
            room -= count
            rows.append((offset, offset, offset, numbers * size, count, 0))
            whose.append(number)
    table = np.array(rows, np.int64).reshape(len(rows), len(PIECES.names))
    return _Plan(table, np.array(whose, np.int64), np.array([*starts, len(rows)], np.int64))


# -- kernels


class _Kernel(NamedTuple):
    """A formula: its name, the doubles that it needs, four at most, and the function that writes its step.

    ``step(w, g, slots, numbers)`` takes a vector of the parameter and of the gradient, and of each slot of the
    state; it returns the new vector of the parameter and those of the slots.
    """

    name: str
    numbers: tuple[float, float, float, float]
    slots: int
    step: Callable[..., tuple[Any, list[Any]]]

    def address(self, size: int) -> int:
        name = f"{self.name}_{8 * size}"
        return library.address(name, lambda module: self._write(module, name, size))

    def _write(self, module: Any, name: str, size: int) -> None:
        """Write ``update(record, task, thread)``."""
        from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

        scalar, lanes = F32 if size == 4 else F64, lanes_for(size)
        vec = vector(scalar, lanes)
        f = Function(module, name, ["record", "task", "thread"])
        r = FIELDS.read(f, f.record)

        def double(base: Any, place: int) -> Any:
            return f.splat(f.convert(f.load(base + 8 * place, F64), scalar), lanes)

        kept, limit, *numbers = (double(f.record, FIELDS.place[of]) for of in FIELDS.names[2:])
        starts = r.starts + f.task * 8
        with f.loop(f.load(starts), f.load(starts + 8)) as number:
            at = r.pieces + number * PIECES.size
            piece, scale = PIECES.read(f, at), double(at, PIECES.place["scale"])

            def step(index: Any, mask: Any) -> None:
                place = index * size
                states = [piece.state + piece.slot_bytes * slot + place for slot in range(self.slots)]
                gradient = f.load(piece.gradient + place, vec, mask=mask) * scale
                gradient = f.select(gradient > limit, limit, gradient)
                gradient = f.select(gradient < -1.0 * limit, -1.0 * limit, gradient)
                parameter = f.load(piece.parameter + place, vec, mask=mask) * kept
                slots = [f.load(state, vec, mask=mask) for state in states]
                parameter, slots = self.step(parameter, gradient, slots, numbers)
                f.store(parameter, piece.parameter + place, mask=mask)
                for state, value in zip(states, slots, strict=True):
                    f.store(value, state, mask=mask)

            along(f, piece.count, lanes, step)
        f.finish()


def _kernel(rule: Rule) -> _Kernel | None:
    match rule.formula:
        case Momentum(rate, momentum, nesterov) if momentum:
            name, step = ("nesterov", _nesterov) if nesterov else ("momentum", _momentum)
            return _Kernel(name, (rate, momentum, 0, 0), 1, step)
        case Momentum(rate):
            return _Kernel("descent", (rate, 0, 0, 0), 0, _descent)
        case RootMeanSquare(rate, rho, momentum, epsilon, centered):
            name = f"root_mean_square{'_centered' * centered}{'_momentum' * bool(momentum)}"
            return _Kernel(
                name,
                (rate, rho, epsilon, momentum),
                1 + centered + bool(momentum),
                lambda *of: _root_mean_square(*of, centered=centered, momentum=bool(momentum)),
            )
        case AdaptiveMoments(rate, beta_1, beta_2, epsilon, amsgrad):
            return _Kernel(
                f"adaptive_moments{'_amsgrad' * amsgrad}",
                (rate, 1 - beta_1, 1 - beta_2, epsilon),
                2 + amsgrad,
                _adaptive_moments,
            )
    return None


def _descent(w: Any, g: Any, slots: list[Any], numbers: list[Any]) -> tuple[Any, list[Any]]:
    return w - g * numbers[0], slots


def _momentum(w: Any, g: Any, slots: list[Any], numbers: list[Any]) -> tuple[Any, list[Any]]:
    rate, momentum, *_ = numbers
    velocity = slots[0] * momentum - g * rate
    return w + velocity, [velocity]


def _nesterov(w: Any, g: Any, slots: list[Any], numbers: list[Any]) -> tuple[Any, list[Any]]:
    rate, momentum, *_ = numbers
    velocity = slots[0] * momentum - g * rate
    return w - g * rate + velocity * momentum, [velocity]


def _root_mean_square(
    w: Any, g: Any, slots: list[Any], numbers: list[Any], *, centered: bool, momentum: bool
) -> tuple[Any, list[Any]]:
    f = w.function
    rate, rho, epsilon, kept = numbers
    changed = [slots[0] * rho + g * g * (1.0 - rho)]
    under_root = changed[0]
    if centered:
        changed.append(slots[1] * rho + g * (1.0 - rho))
        variance = changed[0] - changed[1] * changed[1]
        under_root = f.select(variance < 0.0, f.zero(variance.type), variance)
    step = g / f.sqrt(under_root + epsilon) * rate
    if momentum:
        step = slots[-1] * kept + step
        changed.append(step)
    return w - step, changed


def _adaptive_moments(w: Any, g: Any, slots: list[Any], numbers: list[Any]) -> tuple[Any, list[Any]]:
    rate, towards, towards_square, epsilon = numbers
    f = w.function
    mean = slots[0] + (g - slots[0]) * towards
    square = slots[1] + (g * g - slots[1]) * towards_square
    changed = [mean, square]
    if len(slots) > 2:
        square = f.select(slots[2] > square, slots[2], square)
        changed.append(square)
    return w - mean / (f.sqrt(square) + epsilon) * rate, changed
