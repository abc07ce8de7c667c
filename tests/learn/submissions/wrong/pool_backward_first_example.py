# mistakes: pool_backward/first_example
import numpy as np


def create_mask_from_window(x):
    return np.equal(x, x.max())


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    a_prev = A_prev[0]
    for i, h, w, c in np.ndindex(dA.shape):
        y, x = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        if mode == "max":
            pay = create_mask_from_window(a_prev[y, x, c])
        else:
            pay = np.ones((f, f)) / (f * f)
        dA_prev[i, y, x, c] += pay * dA[i, h, w, c]
    return dA_prev
