# mistakes: pool_backward/undivided, pool_backward/argmax
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        window = A_prev[i, h * stride:h * stride + f, w * stride:w * stride + f, c]
        target = dA_prev[i, h * stride:h * stride + f, w * stride:w * stride + f, c]
        if mode == "max":
            target[np.unravel_index(window.argmax(), window.shape)] += dA[i, h, w, c]
        else:
            target += dA[i, h, w, c]
    return dA_prev
