"""A side that takes images through nodes of ONNX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
from onnx import helper, numpy_helper

from adim.arrays import FloatArray
from bench.contest import Side

_OPSET = 17
_IR_VERSION = 9  # of the file format: one that knows this opset


def side(nodes: Sequence[Any], constants: Mapping[str, FloatArray], x: FloatArray, *, threads: int) -> Side:
    """Return a side that computes "y" of "x", the images ``(m, H, W, C)``."""
    images = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
    dtype = helper.np_dtype_to_tensor_dtype(x.dtype)
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", dtype, images.shape)],
        [helper.make_tensor_value_info("y", dtype, None)],
        [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", onnxruntime.OrtValue.ortvalue_from_numpy(images))
    binding.bind_output("y", "cpu")
    return Side(lambda: session.run_with_iobinding(binding), lambda _: (_channels_last(binding),))


def _channels_last(binding: Any) -> FloatArray:
    y: FloatArray
    (y,) = binding.copy_outputs_to_cpu()
    return y.transpose(0, 2, 3, 1) if y.ndim == 4 else y  # (m, F, n_H, n_W), or (m, classes)
