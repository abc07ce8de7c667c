# mistakes: conv_single_step/mean, conv_single_step/no_bias
import numpy as np

def conv_single_step(a_slice_prev, W, b):
    s = np.multiply(a_slice_prev, W)
    Z = np.average(s)
    return Z
