"""PyTorch's side of a pooling: what autograd asks for."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from bench.contest import Side, Sides
from bench.peers.pytorch.formats import FORMATS, channels_last, image
from bench.pooling import PARTS, Arrays, Pool

_aten = torch.ops.aten


def pools(pool: Pool, arrays: Arrays, *, threads: int) -> dict[str, Sides]:
    """Return each part of a pooling."""
    torch.set_num_threads(threads)
    parts = _whole if pool.size is None else _windows
    return {f"torch {name}": parts(pool, arrays, memory_format) for name, memory_format in FORMATS.items()}


def _windows(pool: Pool, arrays: Arrays, memory_format: Any) -> Sides:
    x, grad = image(arrays.x, memory_format), image(arrays.grad, memory_format)
    size, stride, pad, floor, pads_count = [pool.size] * 2, [pool.stride] * 2, [pool.pad] * 2, False, False
    _, indices = _aten.max_pool2d_with_indices.default(x, size, stride, pad)
    calls = (
        lambda: _aten.max_pool2d_with_indices.default(x, size, stride, pad)[0],
        lambda: _aten.max_pool2d_with_indices_backward.default(grad, x, size, stride, pad, [1, 1], floor, indices),
        lambda: _aten.avg_pool2d.default(x, size, stride, pad, floor, pads_count),
        lambda: _aten.avg_pool2d_backward.default(grad, x, size, stride, pad, floor, pads_count, None),
    )
    return {part: Side(call, lambda y: (channels_last(y),)) for part, call in zip(PARTS, calls, strict=True)}


def _whole(pool: Pool, arrays: Arrays, memory_format: Any) -> Sides:
    m, H, W, C = pool.images
    x = image(arrays.x, memory_format)
    grad = torch.from_numpy(arrays.grad).reshape(m, C, 1, 1)
    _, indices = functional.adaptive_max_pool2d(x, 1, return_indices=True)
    calls = (
        lambda: functional.adaptive_max_pool2d(x, 1),
        lambda: _aten.adaptive_max_pool2d_backward.default(grad, x, indices),
        lambda: functional.adaptive_avg_pool2d(x, 1),
        lambda: grad.expand(x.shape) / (H * W),  # as autograd has it
    )
    return {
        part: Side(call, lambda y: (channels_last(y).squeeze((1, 2)) if y.shape[2:] == (1, 1) else channels_last(y),))
        for part, call in zip(PARTS, calls, strict=True)
    }
