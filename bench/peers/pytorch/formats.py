"""PyTorch's memory formats, and the way from its axes to ours."""

from __future__ import annotations

from typing import Any

import torch

from adim.arrays import FloatArray

FORMATS = {"contiguous": torch.contiguous_format, "channels-last": torch.channels_last}
"""By the name that a side has after "torch"."""


def image(array: FloatArray, memory_format: Any) -> Any:
    """``(m, H, W, C) -> (m, C, H, W)``, in memory of its own."""
    return torch.from_numpy(array).permute(0, 3, 1, 2).clone(memory_format=memory_format)


def channels_last(tensor: Any) -> FloatArray:
    """``(m, C, H, W) -> (m, H, W, C)``; the same memory."""
    array: FloatArray = tensor.permute(0, 2, 3, 1).numpy()
    return array
