# mistakes: conv_single_step/no_product
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.add(a_slice_prev, W).sum() + b.squeeze()[()]
