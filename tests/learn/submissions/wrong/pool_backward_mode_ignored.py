# mistakes: pool_backward/mode_ignored
import numpy as np


def create_mask_from_window(x):
    return x == x.max()


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for (i, h, w, c), gradient in np.ndenumerate(dA):
        rows = slice(h * stride, h * stride + f)
        cols = slice(w * stride, w * stride + f)
        dA_prev[i, rows, cols, c] += create_mask_from_window(A_prev[i, rows, cols, c]) * gradient
    return dA_prev
