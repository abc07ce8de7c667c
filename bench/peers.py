"""The peers: who else can do the work, in the layout and through the calls that suit them best.

A peer is a row of `PEERS`. Its module is loaded when it is measured, and a peer that is not installed does not take
part.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from adim.arrays import FloatArray
from bench.contest import Side
from bench.convolution import Arrays, Passes
from bench.shapes import Layer


def convolutions(layer: Layer, arrays: Arrays, *, threads: int) -> dict[str, Passes]:
    """Return the sides of every peer that is installed, by name."""
    sides: dict[str, Passes] = {}
    for package in installed():
        sides |= PEERS[package](layer, arrays, threads)
    return sides


def installed() -> list[str]:
    """Return the packages of `PEERS` that are installed."""
    return [package for package in PEERS if find_spec(package)]


def _torch(layer: Layer, arrays: Arrays, threads: int) -> dict[str, Passes]:
    """PyTorch, in both of its memory formats: which one is faster differs from layer to layer."""
    torch = import_module("torch")  # typed Any, with or without PyTorch installed
    torch.set_num_threads(threads)
    return {
        "torch contiguous": _torch_passes(torch, layer, arrays, torch.contiguous_format),
        "torch channels-last": _torch_passes(torch, layer, arrays, torch.channels_last),
    }


def _torch_passes(torch: Any, layer: Layer, arrays: Arrays, memory_format: Any) -> Passes:
    """Time what a training step asks of PyTorch's dispatcher, each gradient alone, without the bookkeeping of autograd.

    PyTorch pads both sides of an axis alike. Where a layer does not, its input is padded beforehand, and only the
    forward pass pays: backwards, the padded input is at hand, and the gradient of the padding is cut off by a view.
    """
    x = torch.from_numpy(arrays.x).permute(0, 3, 1, 2).clone(memory_format=memory_format)  # (m, C, H, W)
    kernel = torch.from_numpy(arrays.kernel).permute(3, 2, 0, 1).clone(memory_format=memory_format)
    bias = torch.from_numpy(arrays.bias).clone()
    grad = torch.from_numpy(arrays.grad).permute(0, 3, 1, 2).clone(memory_format=memory_format)

    (top, bottom), (left, right) = layer.padding
    if top == bottom and left == right:
        pads = [top, left]

        def pad(image: Any) -> Any:
            return image
    else:
        pads = [0, 0]

        def pad(image: Any) -> Any:
            return torch.nn.functional.pad(image, (left, right, top, bottom))

    padded = pad(x)
    strides, no_dilation = list(layer.strides), [1, 1]

    def forward() -> Any:
        return torch.conv2d(pad(x), kernel, bias, strides, pads, no_dilation, layer.groups)

    def backward(*wanted: bool) -> Any:
        return torch.ops.aten.convolution_backward.default(
            grad, padded, kernel, [layer.filters], strides, pads, no_dilation, False, [0, 0], layer.groups, wanted
        )

    def input_gradient() -> Any:
        dx = backward(True, False, False)[0]
        return dx if padded is x else dx[:, :, top : top + layer.height, left : left + layer.width]

    def weight_gradient() -> Any:
        return backward(False, True, True)[1:]

    return {
        "forward": Side(forward, lambda y: (_channels_last(y),)),
        "input gradient": Side(input_gradient, lambda dx: (_channels_last(dx),)),
        "weight gradient": Side(
            weight_gradient, lambda gradients: (gradients[0].permute(2, 3, 1, 0).numpy(), gradients[1].numpy())
        ),
    }


def _channels_last(image: Any) -> FloatArray:
    array: FloatArray = image.permute(0, 2, 3, 1).numpy()
    return array


PEERS: dict[str, Callable[[Layer, Arrays, int], dict[str, Passes]]] = {"torch": _torch}
"""By the package that must be installed: the function that makes its sides of a convolution layer."""
