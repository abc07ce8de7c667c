# mistakes: pool_backward/mask_of_dA
import numpy as np


def create_mask_from_window(x):
    return x == np.max(x)


def distribute_value(dz, shape):
    return np.ones(shape) * (dz / np.prod(shape))


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        top, left = h * stride, w * stride
        if mode == "max":
            mask = create_mask_from_window(dA[i, top:top + f, left:left + f, c])
            dA_prev[i, top:top + f, left:left + f, c] += mask * dA[i, h, w, c]
        else:
            dA_prev[i, top:top + f, left:left + f, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev
