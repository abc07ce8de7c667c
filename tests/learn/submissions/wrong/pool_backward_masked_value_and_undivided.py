# mistakes: pool_backward/masked_value, pool_backward/undivided
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for h, w in np.ndindex(dA.shape[1:3]):
        r, c = slice(h * s, h * s + f), slice(w * s, w * s + f)
        x = A_prev[:, r, c]
        if mode == "max":
            dA_prev[:, r, c] += x * (x == x.max(axis=(1, 2), keepdims=True))
        else:
            dA_prev[:, r, c] += dA[:, h:h + 1, w:w + 1]
    return dA_prev
