# mistakes: conv_single_step/matrix_product
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    s = np.dot(a_slice_prev, W)
    Z = np.sum(s) + b[0, 0, 0]
    return Z
