"""PyTorch, in both of its memory formats: which one is faster differs from layer to layer."""

import os

os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")  # its helpers would count as programs that disturb

from bench.peers.pytorch.layers import layers  # reads the environment
from bench.peers.pytorch.pools import pools
from bench.peers.pytorch.training import training

__all__ = ["SETTINGS", "layers", "pools", "training"]

SETTINGS = {
    "layers": "both memory formats, below autograd, each gradient alone",
    "pools": "both memory formats, below autograd; its maximum also notes where it stands, which ours looks up again",
    "training": "both memory formats, eager and through torch.compile (inference with its weights frozen), fused Adam",
}
