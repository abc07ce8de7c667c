"""ONNX Runtime's side of a convolution layer: its forward pass."""

from __future__ import annotations

import numpy as np
from onnx import helper

from bench.contest import Sides
from bench.convolution import Arrays
from bench.peers.onnx_runtime.session import side
from bench.shapes import Layer


def layers(layer: Layer, arrays: Arrays, *, threads: int) -> dict[str, Sides | str]:
    """Return the forward pass of a convolution layer."""
    if arrays.x.dtype != np.float32:
        return {"onnxruntime": f"it has no convolution in {arrays.x.dtype}"}
    (top, bottom), (left, right) = layer.padding
    pads = [top, left, bottom, right]
    node = helper.make_node(
        "Conv", ["x", "kernel", "bias"], ["y"], strides=layer.strides, pads=pads, group=layer.groups
    )
    constants = {"kernel": arrays.kernel.transpose(3, 2, 0, 1), "bias": arrays.bias}
    return {"onnxruntime": {"forward": side([node], constants, arrays.x, threads=threads)}}
