# mistakes: pool_backward/no_mask, pool_backward/divided_by_f
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for (i, h, w, c), g in np.ndenumerate(dA):
        dA_prev[i, h * s:h * s + f, w * s:w * s + f, c] += g if mode == "max" else g / f
    return dA_prev
