"""ONNX Runtime's side of a network: inference. Its nodes are written by hand, from our layers and arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import helper

from adim import layers as ours
from adim.arrays import FloatArray
from adim.geometry import window
from adim.graph import Graph
from bench.contest import Sides
from bench.peers.onnx_runtime.session import side
from bench.problem import Problem


def training(problem: Problem, parts: Sequence[str], *, threads: int) -> dict[str, Sides]:
    """Return the parts of a network's work that are inference."""
    nodes = _Nodes(problem.graph)
    inference = [part for part in parts if part != "step"]
    sides = {part: side(nodes.nodes, nodes.constants, problem.images(part), threads=threads) for part in inference}
    return {"onnxruntime": sides} if sides else {}


class _Nodes:
    """A graph of ours as nodes of ONNX, from "x" to "y"; values between are called by their numbers."""

    def __init__(self, graph: Graph) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, FloatArray] = {}
        self.names = {graph.tensors.index(graph.inputs[0]): "x"}
        self.flattened: tuple[int, ...] | None = None
        for step in graph.steps:
            last = step is graph.steps[-1]
            self.names[step.value] = "y" if last else f"value{step.value}"
            before = graph.tensors[step.sources[0]].sizes
            self._layer(step.layer, [self.names[source] for source in step.sources], self.names[step.value], before)

    def _layer(self, layer: Any, sources: list[str], result: str, before: tuple[int, ...]) -> None:
        activation = getattr(getattr(layer, "activation", None), "name", "linear")
        unactivated = result if activation == "linear" else f"{result}_unactivated"
        match layer:
            case ours.Conv2D():
                arrays = {"kernel": layer.parameters["kernel"].transpose(3, 2, 0, 1), "bias": layer.parameters["bias"]}
                pads = _pads(before, layer.kernel_size, layer)
                self._add("Conv", sources, unactivated, arrays, strides=layer.strides, pads=pads)
            case ours.Dense():
                kernel = layer.parameters["kernel"]
                if self.flattened:  # ONNX flattens (C, H, W), we (H, W, C)
                    kernel = kernel[np.arange(len(kernel)).reshape(self.flattened).transpose(2, 0, 1).ravel()]
                    self.flattened = None
                self._add("Gemm", sources, unactivated, {"kernel": kernel, "bias": layer.parameters["bias"]})
            case ours.BatchNormalization():
                arrays = {**layer.parameters, **layer.state}  # gamma, beta, mean, variance: ONNX's order too
                self._add("BatchNormalization", sources, result, arrays, epsilon=layer.epsilon)
            case ours.MaxPooling2D():
                size, pads = layer.pool_size, _pads(before, layer.pool_size, layer)
                self._add("MaxPool", sources, result, kernel_shape=size, strides=layer.strides, pads=pads)
            case ours.AveragePooling2D():
                size, pads = layer.pool_size, _pads(before, layer.pool_size, layer)
                self._add("AveragePool", sources, result, kernel_shape=size, strides=layer.strides, pads=pads)
            case ours.Flatten():
                self.flattened = before
                self._add("Flatten", sources, result)
            case ours.Add():
                self._add("Add", sources, result)
            case ours.Activation():
                unactivated = sources[0]
            case ours.ReLU():
                self._add("Relu", sources, result)
            case _:
                raise NotImplementedError(f"{layer!r}")
        if activation != "linear":
            self._add({"relu": "Relu", "softmax": "Softmax"}[activation], [unactivated], result)

    def _add(
        self,
        kind: str,
        sources: list[str],
        result: str,
        arrays: dict[str, FloatArray] | None = None,
        **attributes: Any,
    ) -> None:
        constants = {f"{result}_{name}": array for name, array in (arrays or {}).items()}
        self.constants |= constants
        self.nodes.append(helper.make_node(kind, [*sources, *constants], [result], **attributes))


def _pads(image: tuple[int, ...], taps: tuple[int, int], layer: Any) -> list[int]:
    height, width, _ = window((image[0], image[1]), taps, strides=layer.strides, padding=layer.padding)
    return [height.before, width.before, height.after, width.after]
