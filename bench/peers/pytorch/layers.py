"""PyTorch's side of a convolution layer."""

from __future__ import annotations

from typing import Any

import torch

from bench.contest import Side, Sides
from bench.convolution import Arrays
from bench.peers.pytorch.formats import FORMATS, channels_last, image
from bench.shapes import Layer


def layers(layer: Layer, arrays: Arrays, *, threads: int) -> dict[str, Sides]:
    """Return each pass of a convolution layer."""
    torch.set_num_threads(threads)
    return {f"torch {name}": _passes(layer, arrays, memory_format) for name, memory_format in FORMATS.items()}


def _passes(layer: Layer, arrays: Arrays, memory_format: Any) -> Sides:
    """Time what a training step asks of PyTorch's dispatcher, each gradient alone, without the bookkeeping of autograd.

    PyTorch pads both sides of an axis alike. Where a layer does not, its input is padded beforehand, and only the
    forward pass pays: backwards, the padded input is at hand, and the gradient of the padding is cut off by a view.
    """
    x = image(arrays.x, memory_format)
    kernel = torch.from_numpy(arrays.kernel).permute(3, 2, 0, 1).clone(memory_format=memory_format)
    bias = torch.from_numpy(arrays.bias).clone()
    grad = image(arrays.grad, memory_format)

    (top, bottom), (left, right) = layer.padding
    if top == bottom and left == right:
        pads = [top, left]

        def pad(x: Any) -> Any:
            return x
    else:
        pads = [0, 0]

        def pad(x: Any) -> Any:
            return torch.nn.functional.pad(x, (left, right, top, bottom))

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
        "forward": Side(forward, lambda y: (channels_last(y),)),
        "input gradient": Side(input_gradient, lambda dx: (channels_last(dx),)),
        "weight gradient": Side(
            weight_gradient, lambda gradients: (gradients[0].permute(2, 3, 1, 0).numpy(), gradients[1].numpy())
        ),
    }
