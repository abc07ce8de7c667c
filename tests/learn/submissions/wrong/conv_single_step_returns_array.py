# mistakes: conv_single_step/returns_array
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.einsum('ijk,ijk->', a_slice_prev, W) + b
