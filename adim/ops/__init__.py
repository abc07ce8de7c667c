"""The operations of a convolutional network, each with its backward twin: the door to the engines.

Every function checks its arguments once, works out the `adim.geometry.Window` once, and hands both to an engine that
trusts them. Arrays are channels-last; any memory layout goes in. The result's dtype follows the one rule of
`adim.arrays`: at least float32, float64 where a float64 takes part; pixels are never rescaled.

Names and keywords are those of ``keras.ops``; a backward twin takes the gradient first and then what its forward
function took. ``engine`` is "auto" or the name of one of `adim.engines`.
"""

from adim.ops.addition import add
from adim.ops.convolution import (
    conv2d,
    conv2d_backward,
    conv2d_input_gradient,
    conv2d_kernel_gradient,
    conv2d_transpose,
    conv2d_transpose_backward,
)
from adim.ops.dense import dense, dense_backward
from adim.ops.normalization import (
    batch_normalization,
    batch_normalization_backward,
    fold_normalization,
    normalize_batch,
)
from adim.ops.pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool2d,
    global_avg_pool2d_backward,
    global_max_pool2d,
    global_max_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
)
from adim.ops.rectifier import relu, relu_backward
from adim.ops.rescaling import rescale
from adim.ops.softmax import softmax

__all__ = [
    "add",
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_normalization",
    "batch_normalization_backward",
    "conv2d",
    "conv2d_backward",
    "conv2d_input_gradient",
    "conv2d_kernel_gradient",
    "conv2d_transpose",
    "conv2d_transpose_backward",
    "dense",
    "dense_backward",
    "fold_normalization",
    "global_avg_pool2d",
    "global_avg_pool2d_backward",
    "global_max_pool2d",
    "global_max_pool2d_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "normalize_batch",
    "relu",
    "relu_backward",
    "rescale",
    "softmax",
]
