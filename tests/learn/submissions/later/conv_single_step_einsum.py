# mistakes: conv_single_step/returns_array
import numpy as np

def conv_single_step(a_slice_prev, W, b):
    Z = np.einsum('ijk,ijk->', a_slice_prev, W)
    return Z + b
