# mistakes: conv_single_step/mean
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    n = a_slice_prev.size
    return np.vdot(a_slice_prev, W) / n + b[0, 0, 0]
