# mistakes: conv_single_step/one_channel, conv_single_step/returns_array
import numpy as np

def conv_single_step(a_slice_prev, W, b):
    f = W.shape[0]
    z = 0
    for r in range(f):
        for s in range(f):
            z = z + a_slice_prev[r, s, 0] * W[r, s, 0]
    z = z + b
    return z
