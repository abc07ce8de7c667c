# mistakes: pool_forward/no_stride, pool_forward/no_cache
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view as swv

def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    n_H = (A_prev.shape[1] - f) // stride + 1
    n_W = (A_prev.shape[2] - f) // stride + 1
    V = swv(A_prev, f, axis=1)
    V = swv(V, f, axis=2)
    V = V[:, :n_H, :n_W]
    reduce = getattr(V, {"max": "max", "average": "mean"}[mode])
    A = reduce(axis=(4, 5))
    return A, hparameters
