"""Our networks as PyTorch modules, with our weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from adim import layers as ours
from adim.arrays import FloatArray
from adim.geometry import window
from adim.graph import Graph


class Variable(NamedTuple):
    """One of PyTorch's parameters, and the way from its axes to those of ours, for its gradient."""

    parameter: Any
    as_ours: Callable[[FloatArray], FloatArray]


class Network(nn.Module):  # type: ignore[misc] # PyTorch is typed Any, installed or not
    """A graph of ours, up to its last activation: PyTorch's losses take what comes before a softmax.

    Attributes
    ----------
    variables : list of Variable
        In the order of the graph's parameters.
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.variables: list[Variable] = []
        self.steps = [(step.value, step.sources) for step in graph.steps]
        self.entry = graph.tensors.index(graph.inputs[0])
        self.calls = nn.ModuleList(
            self._module(step.layer, [graph.tensors[source].sizes for source in step.sources]) for step in graph.steps
        )

    def forward(self, x: Any) -> Any:
        """``(m, C, H, W) -> (m, classes)``."""
        values = {self.entry: x}
        for (value, sources), call in zip(self.steps, self.calls, strict=True):
            values[value] = call(*[values[source] for source in sources])
        return values[value]

    def gradients(self) -> list[FloatArray]:
        """Return what the last backward pass found, as ours are laid out."""
        return [v.as_ours(v.parameter.grad.detach().contiguous().numpy()).copy() for v in self.variables]

    def _module(self, layer: Any, sizes: Sequence[tuple[int, ...]]) -> Any:
        (before, *_) = sizes
        match layer:
            case ours.Conv2D():
                found = self._convolution(layer, before)
            case ours.Dense():
                found = self._dense(layer)
            case ours.BatchNormalization():
                found = self._normalization(layer, before[-1])
            case ours.MaxPooling2D():
                return nn.MaxPool2d(layer.pool_size, layer.strides, _even_pads(before, layer))
            case ours.AveragePooling2D():
                return nn.AvgPool2d(layer.pool_size, layer.strides, _even_pads(before, layer), count_include_pad=False)
            case ours.Flatten():
                self.flattened = before
                return nn.Flatten()
            case ours.Add():
                return _Sum()
            case ours.Activation() | ours.ReLU():
                return nn.ReLU()
            case _:
                raise NotImplementedError(f"{layer!r}")
        if getattr(layer, "activation", None) is not None and layer.activation.name == "relu":
            return nn.Sequential(found, nn.ReLU())
        return found

    def _convolution(self, layer: ours.Conv2D, before: tuple[int, ...]) -> Any:
        (top, bottom), (left, right) = _pads(before, layer)
        even = top == bottom and left == right
        n_C, filters = before[-1], layer.filters
        found = nn.Conv2d(n_C, filters, layer.kernel_size, layer.strides, (top, left) if even else 0)
        self._take(found.weight, layer.parameters["kernel"], (3, 2, 0, 1))
        self._take(found.bias, layer.parameters["bias"], (0,))
        return found if even else nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), found)

    def _dense(self, layer: ours.Dense) -> Any:
        kernel = layer.parameters["kernel"]
        found = nn.Linear(*kernel.shape)
        if image := self.__dict__.pop("flattened", None):  # PyTorch flattens (C, H, W), we (H, W, C)
            rows = np.arange(len(kernel)).reshape(image).transpose(2, 0, 1).ravel()
            back = np.argsort(rows)
            self.variables.append(Variable(found.weight, lambda grad: grad.T[back]))
            kernel = kernel[rows]
        else:
            self.variables.append(Variable(found.weight, lambda grad: grad.T))
        with torch.no_grad():
            found.weight.copy_(torch.from_numpy(kernel.T.copy()))
        self._take(found.bias, layer.parameters["bias"], (0,))
        return found

    def _normalization(self, layer: ours.BatchNormalization, n_C: int) -> Any:
        found = nn.BatchNorm2d(n_C, layer.epsilon, 1 - layer.momentum)
        self._take(found.weight, layer.parameters["gamma"], (0,))
        self._take(found.bias, layer.parameters["beta"], (0,))
        found.running_mean.copy_(torch.from_numpy(layer.state["moving_mean"]))
        found.running_var.copy_(torch.from_numpy(layer.state["moving_variance"]))
        return found

    def _take(self, parameter: Any, array: FloatArray, axes: tuple[int, ...]) -> None:
        """Give a parameter the numbers of ours, whose axes are these in PyTorch's order."""
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(array.transpose(axes).copy()))
        self.variables.append(Variable(parameter, lambda grad: grad.transpose(np.argsort(axes))))


class _Sum(nn.Module):  # type: ignore[misc] # as above
    def forward(self, first: Any, second: Any) -> Any:
        return first + second


def _pads(image: tuple[int, ...], layer: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    taps = layer.kernel_size if isinstance(layer, ours.Conv2D) else layer.pool_size
    height, width, _ = window(image[:2], taps, strides=layer.strides, padding=layer.padding)  # type: ignore[arg-type] # a shape of three
    return (height.before, height.after), (width.before, width.after)


def _even_pads(image: tuple[int, ...], layer: Any) -> tuple[int, int]:
    (top, bottom), (left, right) = _pads(image, layer)
    if (top, left) != (bottom, right):
        raise NotImplementedError(f"{layer!r} pads one side more than the other")
    return top, left
