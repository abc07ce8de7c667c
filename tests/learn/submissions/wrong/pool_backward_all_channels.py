# mistakes: pool_backward/all_channels
import numpy as np


def create_mask_from_window(x):
    return x == np.max(x)


def distribute_value(dz, shape):
    return np.ones(shape) * dz / (shape[0] * shape[1])


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(m, n_H, n_W, n_C):
        ust, sol = h * stride, w * stride
        if mode == "max":
            a_prev_slice = A_prev[i, ust:ust + f, sol:sol + f]
            mask = create_mask_from_window(a_prev_slice)
            dA_prev[i, ust:ust + f, sol:sol + f, c] += mask[:, :, c] * dA[i, h, w, c]
        else:
            dA_prev[i, ust:ust + f, sol:sol + f, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev
