"""PyTorch, in both of its memory formats: which one is faster differs from layer to layer."""

import os

os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")  # its helpers would count as programs that disturb

from bench.peers.pytorch.layers import layers  # reads the environment
from bench.peers.pytorch.training import training

__all__ = ["SETTINGS", "layers", "training"]

SETTINGS = (
    "both memory formats, and whole networks also through torch.compile (inference with its weights frozen); single "
    "layers are asked for below autograd, each gradient alone; Adam is the fused one"
)
