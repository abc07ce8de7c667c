"""Are the gradients right? Every one is compared with what the numbers themselves say.

A network with a wrong gradient still learns something, so training is no test. The test is the definition: move one
number by h, and see how the output moves. `check_gradients` asks it twice. *Through the network*: does the loss move
with each parameter as backpropagation claims? *Layer by layer*: given any gradient at its output, are a layer's own
results right? The first finds that something is wrong, whatever it is. The second says where: a layer that hands on a
wrong gradient spoils all layers before it, and they are not to blame.

Everything runs on a float64 copy, with the random draws of dropout and augmentation held fast. The model is untouched.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from adim import activations
from adim.arrays import FloatArray
from adim.configs import number
from adim.geometry import integer
from adim.graph import Graph
from adim.layers import Layer
from adim.losses import Loss
from adim.model import Model
from adim.training import Batch, Examples, differentiate, is_joint

_STEPS = (1e-5, 1e-6, 1e-7)
"""How far a number of size up to 1 is moved. Large steps round less; small ones rarely reach a kink."""


@dataclass(frozen=True)
class Comparison:
    """One array of gradients beside the central differences.

    Attributes
    ----------
    scope : {"layer", "loss", "network"}
        What was differentiated: a layer alone, the loss alone, or the loss through the network.
    layer : str
        The layer; the loss's name where there is none.
    part : str
        The parameter's name, or "input".
    error : float
        The largest difference, relative to the largest gradient in the array.
    compared, kinks : int
        How many numbers were compared, and how many were left out because the function has a corner there.
    problem : str
        What is wrong, in words; empty if nothing is.
    """

    scope: str
    layer: str
    part: str
    error: float = 0.0
    compared: int = 0
    kinks: int = 0
    problem: str = ""


@dataclass(frozen=True)
class GradientReport:
    """What `check_gradients` found; print it.

    Attributes
    ----------
    comparisons : tuple of Comparison
        All that was compared: layer by layer, then the loss, then through the network.
    tolerance : float
        The largest error that passes.
    """

    comparisons: tuple[Comparison, ...]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether every gradient agrees."""
        return not any(comparison.problem for comparison in self.comparisons)

    @property
    def error(self) -> float:
        """The largest relative error of all."""
        return max((comparison.error for comparison in self.comparisons), default=0.0)

    @property
    def wrong_layers(self) -> list[str]:
        """The layers that are wrong in themselves, in the order in which they run."""
        return list(dict.fromkeys(c.layer for c in self.comparisons if c.scope == "layer" and c.problem))

    @property
    def verdict(self) -> str:
        """What is wrong, in a few lines; or that nothing is."""
        found = [c for c in self.comparisons if c.problem and c.scope != "network"]
        if found:
            return "\n".join(f"WRONG: {c.layer}: {c.problem}" for c in found)
        found = [c for c in self.comparisons if c.problem]
        if found:
            lines = [f"WRONG through the network: {c.layer}: {c.problem}" for c in found]
            return "\n".join([*lines, "Every layer and the loss are right alone: look at how they are put together."])
        compared = sum(c.compared for c in self.comparisons)
        kinks = sum(c.kinks for c in self.comparisons)
        return f"All gradients agree: {compared} compared, {kinks} at kinks left out, largest error {self.error:.1e}."

    def __str__(self) -> str:
        rows = [("through", "layer", "part", "error", "compared", "kinks", "")]
        rows += [
            (c.scope, c.layer, c.part, f"{c.error:.1e}", str(c.compared), str(c.kinks), "WRONG" if c.problem else "")
            for c in self.comparisons
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join([*table, self.verdict])


def check_gradients(
    model: Model,
    x: Any,
    y: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
    entries: int | None = 10,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> GradientReport:
    """Compare a model's gradients with central differences, and say which layer is wrong.

    Parameters
    ----------
    model : Model
        A compiled model. It is not changed.
    x, y, sample_weight
        A small batch, as for `Model.fit`. Two to eight examples do.
    entries : int, optional
        How many numbers of each array to try, drawn at random; None tries all.
    tolerance : float, default 1e-6
        The largest relative error that passes.
    seed : int, default 0
        Which numbers are tried, and what dropout draws.

    Returns
    -------
    GradientReport
        Its `ok` says whether all agree, its `wrong_layers` which layers do not; printed, it is a table and a verdict.

    Raises
    ------
    ValueError, TypeError
        If the model is not compiled, or the batch does not fit it.

    Notes
    -----
    At a kink, such as a ReLU at 0 or a tie in a maximum, the slopes to the left and to the right differ, and no number
    is *the* gradient. An entry that disagrees there is left out and counted. As black pixels and biases of 0 put whole
    layers exactly there, a little noise is added to the copy's parameters, and to the values that a layer is tried on
    alone.

    A softmax or sigmoid and its loss are taken together as training takes them, as a function of the scores; there is
    no clipping in that (see `adim.losses`).

    Examples
    --------
    >>> from adim.layers import Dense, Input
    >>> from adim.model import Sequential
    >>> model = Sequential([Input((3,)), Dense(4, activation="tanh"), Dense(2, activation="softmax")], seed=0)
    >>> model.compile("adam", loss="sparse_categorical_crossentropy")
    >>> check_gradients(model, np.eye(3), [0, 1, 0]).ok
    True
    """
    graph, loss = model.graph.astype("float64"), model.loss
    examples = Examples(graph, x, y, sample_weight)
    examples.check_answers(model)
    batch = examples.take(slice(None))
    check = _Check(entries, tolerance, seed)
    check.shake(graph)
    comparisons = [*check.layers(graph, batch), check.loss(graph, loss, batch)]
    if all(comparison.error != math.inf for comparison in comparisons):  # or the way back may not even be walked
        comparisons += check.network(graph, loss, batch)
    return GradientReport(tuple(comparisons), tolerance)


class _Check:
    """How to compare: how many numbers, how strictly, with which draws."""

    def __init__(self, entries: int | None, tolerance: float, seed: int) -> None:
        self.entries = None if entries is None else integer("entries", entries, at_least=1)
        self.tolerance = number("tolerance", tolerance, above=0)
        self.seed = integer("seed", seed, at_least=0)

    def rng(self) -> np.random.Generator:
        """Return a generator that draws the same again."""
        return np.random.default_rng(self.seed)

    def shake(self, graph: Graph) -> None:
        """Move all parameters a little: under black pixels, biases of 0 put whole layers on the kink of a ReLU."""
        for parameter in graph.parameters:
            parameter[...] = self._shaken(parameter)

    # -- what is compared -----------------------------------------------------------------------------------------

    def layers(self, graph: Graph, batch: Batch) -> Iterator[Comparison]:
        """Compare each layer alone, on the values that it meets in the network."""
        values: list[Any] = [None] * len(graph.tensors)
        for tensor, array in zip(graph.inputs, batch.x, strict=True):
            values[graph.tensors.index(tensor)] = array.astype(np.float64)
        for step in graph.steps:
            values[step.value], _ = step.layer.forward(step.gather(values), training=True, rng=self.rng())
            yield from self._layer(step.layer, [self._shaken(values[source]) for source in step.sources])

    def _shaken(self, array: FloatArray) -> FloatArray:
        """Return nearly the same values, without the zeros and ties that lie on kinks."""
        shaken: FloatArray = array + 0.01 * np.abs(array).max(initial=0.01) * self.rng().normal(size=array.shape)
        return shaken

    def _layer(self, layer: Layer, inputs: list[FloatArray]) -> Iterator[Comparison]:
        x = inputs if layer.takes_list else inputs[0]

        def forward() -> tuple[FloatArray, Any]:
            return layer.forward(x, training=True, rng=self.rng())

        y, cache = forward()
        direction = self.rng().normal(size=y.shape)
        arguments = [*inputs, direction]
        before = [array.copy() for array in arguments]
        dx, gradients = layer.backward(direction, cache)
        if not all(map(np.array_equal, arguments, before)):
            problem = "it changes the arrays that it is given; others still need them"
            yield Comparison("layer", str(layer.name), "arguments", math.inf, problem=problem)
            return
        parts = [(name, array, gradients.get(name)) for name, array in layer.parameters.items()]
        several = dx if layer.takes_list else [dx]
        parts += [
            ("input" if len(inputs) == 1 else f"input {place}", array, claimed)
            for place, (array, claimed) in enumerate(zip(inputs, several, strict=True))
        ]
        for part, array, claimed in parts:
            yield self._compare("layer", str(layer.name), part, array, claimed, lambda: forward()[0], direction)

    def loss(self, graph: Graph, loss: Loss, batch: Batch) -> Comparison:
        """Compare the loss alone: at random scores if it is taken together with the activation before it."""
        _, y, sample_weight = batch
        if is_joint(graph, loss):
            part, array = "scores", self.rng().normal(size=(len(batch), *graph.output.sizes))
            y_pred = activations.get(loss.joint_activation).forward(array)
            claimed = loss.logits_gradient(y, y_pred, sample_weight)
            loss = _of_scores(loss)
        else:
            part, (array, _) = "predictions", graph.forward(batch.inputs)
            if loss.joint_activation is not None:
                array = np.clip(array, 0.01, 0.99)  # probabilities, with room to move
            claimed = loss.gradient(y, array, sample_weight)
        return self._compare(
            "loss", loss.name, part, array, claimed, lambda: np.array(loss(y, array, sample_weight)), np.ones(())
        )

    def network(self, graph: Graph, loss: Loss, batch: Batch) -> Iterator[Comparison]:
        """Compare the gradients that training uses: those of the loss, through all layers."""
        _, _, gradients = differentiate(graph, loss, batch, self.rng())
        named = [(layer, *item) for layer in graph.layers if layer.trainable for item in layer.parameters.items()]
        if is_joint(graph, loss):
            graph, loss = _before_activation(graph), _of_scores(loss)

        def value() -> FloatArray:
            y_pred, _ = graph.forward(batch.inputs, training=True, rng=self.rng())
            return np.array(loss(batch.y, y_pred, batch.sample_weight))

        for (layer, part, array), claimed in zip(named, gradients, strict=True):
            yield self._compare("network", str(layer.name), part, array, claimed, value, np.ones(()))

    # -- how it is compared ---------------------------------------------------------------------------------------

    def _compare(
        self,
        scope: str,
        layer: str,
        part: str,
        array: FloatArray,
        claimed: FloatArray | None,
        outputs: Callable[[], FloatArray],
        direction: FloatArray,
    ) -> Comparison:
        """Compare the claimed gradient of ``sum(direction * outputs())`` at `array` with differences."""
        if claimed is None or np.shape(claimed) != array.shape:
            got = "none" if claimed is None else f"one of shape {np.shape(claimed)}"
            problem = f"the gradient of its {part} must have shape {array.shape}; it gives {got}"
            return Comparison(scope, layer, part, math.inf, problem=problem)
        function = _Function(array, outputs, direction)
        size = float(np.abs(claimed).max(initial=0))
        places: npt.NDArray[np.intp] = np.arange(array.size)
        if self.entries is not None and self.entries < array.size:
            places = self.rng().choice(array.size, self.entries, replace=False)
        worst, kinks, problem = 0.0, 0, ""
        for place in places:
            index = tuple(int(i) for i in np.unravel_index(place, array.shape))
            error, slope = self._error(function, index, float(claimed[index]), size)
            if error is None:
                kinks += 1
            elif not error <= worst:  # NaN is worse than any number
                worst = error
                if not error <= self.tolerance:
                    problem = (
                        f"the gradient of its {part} is wrong: {claimed[index]:.6g} at {list(index)}, "
                        f"where central differences give {slope:.6g}"
                    )
        if not problem and kinks == len(places) > 0:
            problem = f"the gradient of its {part} could not be checked: all {kinks} numbers tried are at kinks"
        return Comparison(scope, layer, part, worst, len(places) - kinks, kinks, problem)

    def _error(
        self, function: _Function, index: tuple[int, ...], claimed: float, size: float
    ) -> tuple[float | None, float]:
        """Return the relative error of one number, None if it is at a kink; and the slope by differences."""
        jumps = []
        for h in _STEPS:
            slope, jump, rounding = function.slope(index, h)
            difference = abs(slope - claimed)
            error = difference / max(size, abs(slope), rounding / self.tolerance)
            if error <= self.tolerance:
                return error, slope
            jumps.append(jump)
        # A smooth function's one-sided slopes approach each other as fast as h shrinks. Those at a kink do not, and
        # what is claimed lies no farther from the slope between them than some of their distance.
        is_kink = jumps[-1] > max(0.3 * jumps[-2], 0.1 * difference, 10 * rounding)
        return None if is_kink else error, slope


class _Function:
    """``sum(direction * outputs())`` as a function of single numbers of an array."""

    def __init__(self, array: FloatArray, outputs: Callable[[], FloatArray], direction: FloatArray) -> None:
        self.array = array
        self.outputs = outputs
        self.direction = direction
        self.here = outputs().copy()
        # How far rounding may move the sum: its terms are themselves rounded sums.
        self.rounding = 8 * np.finfo(np.float64).eps * float(np.linalg.norm(direction * self.here))

    def slope(self, index: tuple[int, ...], h: float) -> tuple[float, float, float]:
        """Return the slope at one number, the difference of its one-sided slopes, and what rounding makes of it."""
        value = self.array[index]
        h *= max(1.0, abs(value))
        # Copies: a layer may return its input as it is, and that is about to change.
        self.array[index] = value + h
        above = self.outputs().copy()
        self.array[index] = value - h
        below = self.outputs().copy()
        self.array[index] = value
        slope = float(np.vdot(self.direction, above - below)) / (2 * h)
        jump = abs(float(np.vdot(self.direction, above - 2 * self.here + below))) / h
        return slope, jump, self.rounding / h


def _of_scores(loss: Loss) -> Loss:
    """Return the same loss as a function of the scores before its activation, where nothing needs clipping."""
    twin = copy.copy(loss)
    twin.from_logits, twin.joint_activation = True, None
    return twin


def _before_activation(graph: Graph) -> Graph:
    """Return a graph of the same layers and arrays that ends before its last activation."""
    last = copy.copy(graph.output.layer)
    last.name = None
    last.activation = activations.linear  # type: ignore[attr-defined] # it has one, or the loss would not be joint
    return Graph(graph.inputs, last(graph.output.inputs), dtype=graph.dtype)
