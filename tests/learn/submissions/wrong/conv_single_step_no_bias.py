# mistakes: conv_single_step/no_bias
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.dot(a_slice_prev.ravel(), W.ravel())
