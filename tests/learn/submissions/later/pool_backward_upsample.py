# mistakes: pool_backward/no_mask
import numpy as np

def add_windows(values, shape, f, stride):
    """values: (m, n_H, n_W, f, f, n_C), added up where the windows lie"""
    out = np.zeros(shape)
    for h in range(values.shape[1]):
        for w in range(values.shape[2]):
            out[:, h * stride:h * stride + f, w * stride:w * stride + f] += values[:, h, w]
    return out

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    spread = dA[:, :, :, None, None, :] * np.ones((f, f, 1))
    if mode == "average":
        spread = spread / (f * f)
    return add_windows(spread, A_prev.shape, f, stride)
