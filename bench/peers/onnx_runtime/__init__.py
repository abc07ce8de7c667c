"""ONNX Runtime, which infers only: forward passes in float32, with what never changes prepared beforehand."""

from bench.peers.onnx_runtime.layers import layers
from bench.peers.onnx_runtime.training import training

__all__ = ["SETTINGS", "layers", "training"]

_SESSION = (
    "intra_op_num_threads as many as everybody has, inter_op_num_threads 1, sequential execution, every graph "
    "optimisation, threads that spin (the default); weights are constants, which it reorders once and untimed; input "
    "and output are bound (NCHW), nothing is copied"
)

SETTINGS = {"layers": _SESSION, "training": f"inference only; {_SESSION}"}
