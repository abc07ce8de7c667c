# mistakes: conv_single_step/mean, conv_single_step/no_bias
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.average(a_slice_prev * W)
