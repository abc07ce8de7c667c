# mistakes: conv_single_step/bias_before_sum
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    s = a_slice_prev * W + b
    return np.einsum('ijk->', s)
