# mistakes: conv_single_step/mean, conv_single_step/returns_array
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    s = np.multiply(a_slice_prev, W)
    Z = np.mean(s)
    Z = np.add(Z, b)
    return Z
