"""The replay: a network's way forward, recorded once for inputs of one shape, and then done again in a few calls.

A small network computes an image in less time than Python takes to tell what to compute. With the compiled engine, and
out of training, all that can be told once: every value gets a place of its own, what compiled code does at these places
is recorded (`adim.engines.compiled.recording`), and for the next inputs of that shape it is done again, one job right
after the other. What is no compiled code, as a sigmoid, is called in between. The result is the same to the bit.

Parameters are read where they lie, each time anew, so a replay follows them when they change. Where a layer has got
other arrays or other arguments, or other threads compute, the way is recorded anew. Where a number is not finite that
should be, nothing is replayed: the walk knows other ways then.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from operator import is_
from typing import Any

import numpy as np
import numpy.typing as npt

from adim import activations, engines
from adim.arrays import FloatArray, Shape
from adim.engines import settings
from adim.layers.activation import ActivatedLayer, Activation, LeakyReLU, ReLU, Softmax
from adim.layers.augmentation import RandomFlip, RandomTranslation
from adim.layers.base import Layer
from adim.layers.conv import Conv2D, DepthwiseConv2D, SeparableConv2D
from adim.layers.dense import Dense
from adim.layers.dropout import Dropout
from adim.layers.merge import Add
from adim.layers.normalization import Rescaling
from adim.layers.pool import AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D
from adim.layers.registry import LAYERS
from adim.layers.shape import Flatten, Reshape
from adim.walk.joining import Step

_MOST_WORK = 1 << 28  # multiplications: with more of them, what Python costs is not worth a place for every value
_MOST_NUMBERS = 1 << 22  # of all values, and of the parameters, which may be folded or packed
_MOST_SHAPES = 4  # that are remembered for a network
_SCRATCH = 16 << 20  # bytes for one job after the other, of which only those that are used take room

_RECORDED: tuple[type[Layer], ...] = (
    *(Conv2D, DepthwiseConv2D, SeparableConv2D, Dense, Activation, ReLU, LeakyReLU, Softmax),
    *(MaxPooling2D, AveragePooling2D, GlobalMaxPooling2D, GlobalAveragePooling2D, Add),
    *(Rescaling, Flatten, Reshape, Dropout, RandomFlip, RandomTranslation),
)
"""Layers whose way forward, out of training, is calls of `adim.ops` or nothing, and then at most an activation."""


class Replays:
    """The replays of one network, by the shapes of its inputs.

    A shape is recorded when it comes for the second time. Whoever replays takes the replay out meanwhile, so another
    thread never meets it at work: that one walks.

    Parameters
    ----------
    most : int
        Of how many examples, so that no replay takes much room.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Any, Replay | None] = {}  # those used last come last

    def __reduce__(self) -> tuple[type[Replays], tuple[int]]:
        """Let a copy begin with none: its network has places of its own."""
        return Replays, (self._most,)

    @classmethod
    def of(cls, layers: Sequence[Layer], sizes: Sequence[Shape], work: int) -> Replays:
        """Return those of a network.

        Parameters
        ----------
        layers : sequence of Layer
            With one from elsewhere, which may do and keep what it wants, there are no replays.
        sizes : sequence of tuple of int
            The shape of one example, for each of its values.
        work : int
            About how many multiplications an example takes.
        """
        if not all(type(layer) in LAYERS.values() for layer in layers):
            return cls(0)
        numbers, parameters = sum(map(math.prod, sizes)), sum(layer.count_params() for layer in layers)
        return cls(min(_MOST_WORK // max(work, 1), (_MOST_NUMBERS - parameters) // max(numbers, 1)))

    def forward(
        self, inputs: Sequence[npt.NDArray[Any]], record: Callable[[Sequence[npt.NDArray[Any]]], Replay]
    ) -> FloatArray | None:
        """Return the output for these inputs if it can be replayed; else None, and the network is to be walked.

        Parameters
        ----------
        inputs : sequence of ndarray
            A batch for each input, of any real dtype.
        record : callable
            Makes a replay for them.
        """
        if not (0 < len(inputs[0]) <= self._most and engines.is_compiled()):
            return None
        key = settings.get_precision(), *[array.shape for array in inputs]
        if key not in self._known:
            self._keep(key, None)
            return None
        replay = self._known.pop(key, None)
        if replay is None or not replay.is_valid():
            replay = record(inputs)
        y = None if replay is None else replay.run(inputs)
        self._keep(key, replay)
        return y

    def _keep(self, key: Any, replay: Replay | None) -> None:
        self._known[key] = replay
        if len(self._known) > _MOST_SHAPES:
            with suppress(KeyError, RuntimeError):  # another thread is at it
                del self._known[next(iter(self._known))]


class Replay:
    """One way forward, recorded while it is walked for the first time.

    Parameters
    ----------
    layers : sequence of Layer
        All of the network's.
    steps : sequence of Step
        What is left of their calls, out of training.
    values : list
        A place for each of its values: the inputs', and None for the others. The last one is the output's.
    entries : sequence of int
        The numbers of the inputs.
    """

    def __init__(
        self, layers: Sequence[Layer], steps: Sequence[Step], values: list[Any], entries: Sequence[int]
    ) -> None:
        from adim.engines.compiled import tape, threads  # noqa: PLC0415 - only where that engine computes

        self._values, self._entries = values, [values[entry] for entry in entries]
        self._arguments = [vars(layer) for layer in layers]
        self._seen = [arguments.copy() for arguments in self._arguments]
        self._holders = [
            (arguments, name) for arguments in self._arguments for name in ("parameters", "state") if arguments[name]
        ]
        self._arrays = self._variables()
        pool = threads.pool()
        self._parts: list[tape.Part] = []
        self._scratch = np.empty(_SCRATCH, np.uint8)
        self._is_finite = True
        for step in steps:
            if type(step.layer) not in _RECORDED or not self._record(step):
                self._call(step)
        self._tape = tape.Tape(pool, self._parts)

    def _record(self, step: Step) -> bool:
        """Take a step, if it is compiled code alone, but for an activation at its end; return whether it is."""
        from adim.engines.compiled.recording import Recording  # noqa: PLC0415 - only where that engine computes

        activation = None
        if isinstance(step.layer, ActivatedLayer) and step.relu is None and not _is_compiled(step.layer.activation):
            activation, step = step.layer.activation, step._replace(relu=False)
        recording = Recording(self._scratch)
        with recording:
            y, _ = step.forward(self._values, training=False, rng=None)
        self._is_finite &= recording.is_finite
        known = [array for array in (*self._values, *self._arrays) if array is not None]
        if not recording.makes(y, known) or (activation is not None and not recording.jobs):
            return False
        self._parts.append(recording)
        self._values[step.value] = y
        if activation is not None:
            activation.forward(y, out=y)
            self._parts.append(partial(activation.forward, y, out=y))
        return True

    def _call(self, step: Step) -> None:
        """Take a step, whatever it is."""

        def call() -> None:
            np.copyto(place, step.forward(self._values, training=False, rng=None)[0])

        y, _ = step.forward(self._values, training=False, rng=None)
        place = self._values[step.value] = np.array(y, order="C")
        self._parts.append(call)

    def _variables(self) -> list[FloatArray]:
        """Return the arrays of all layers that have any, and take no time over it."""
        return list(chain.from_iterable([arguments[name].values() for arguments, name in self._holders]))

    def is_valid(self) -> bool:
        """Return whether layers and threads are as they were, but for what arrays hold, and the recording was good."""
        try:
            same = self._arguments == self._seen
        except ValueError:  # arrays that somebody left with a layer
            return False
        arrays = self._variables()
        same = same and len(arrays) == len(self._arrays) and all(map(is_, arrays, self._arrays))
        return same and self._is_finite and self._tape.fits

    def run(self, inputs: Sequence[npt.NDArray[Any]]) -> FloatArray | None:
        """Return the output for other inputs of the same shapes; None if a number is not finite that should be."""
        for place, array in zip(self._entries, inputs, strict=True):
            np.copyto(place, array, casting="unsafe")
        if not self._tape.play():
            return None
        return self._values[-1].copy()  # type: ignore[no-any-return]


def _is_compiled(activation: activations.Activation) -> bool:
    return activation in (activations.linear, activations.relu, activations.softmax)
