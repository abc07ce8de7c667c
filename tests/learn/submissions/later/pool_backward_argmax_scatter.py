# mistakes: pool_backward/argmax
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    I, H, W, C = np.indices(dA.shape)
    if mode == "max":
        windows = sliding_window_view(A_prev, (f, f), axis=(1, 2))[:, ::stride, ::stride]
        flat = windows.reshape(m, n_H, n_W, n_C, f * f)
        place = flat.argmax(axis=-1)
        np.add.at(dA_prev, (I, H * stride + place // f, W * stride + place % f, C), dA)
    else:
        for place in range(f * f):
            np.add.at(dA_prev, (I, H * stride + place // f, W * stride + place % f, C), dA / (f * f))
    return dA_prev
