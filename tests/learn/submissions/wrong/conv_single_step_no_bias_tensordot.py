# mistakes: conv_single_step/no_bias
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    Z = np.tensordot(a_slice_prev, W, axes=a_slice_prev.ndim)[()]
    Z + b[0, 0, 0]
    return Z
