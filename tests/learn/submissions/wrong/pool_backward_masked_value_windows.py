# mistakes: pool_backward/masked_value
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for h, w in np.ndindex(dA.shape[1:3]):
        where = np.s_[:, h * s:h * s + f, w * s:w * s + f]
        x = A_prev[where]
        if mode == "max":
            dA_prev[where] += np.where(x == x.max(axis=(1, 2), keepdims=True), x, 0)
        else:
            dA_prev[where] += dA[:, h, w][:, None, None] / f**2
    return dA_prev
