# mistakes: conv_single_step/bias_before_sum
import numpy as np

def conv_single_step(a_slice_prev, W, b):
    toplam = np.float64(0)
    for p in np.ndindex(W.shape):
        toplam += a_slice_prev[p] * W[p] + b[0, 0, 0]
    return toplam
