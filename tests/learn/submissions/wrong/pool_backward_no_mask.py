# mistakes: pool_backward/no_mask
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = dA.shape[1:3]
    d = dA if mode == "max" else dA / (f * f)
    dA_prev = np.zeros(A_prev.shape)
    for u in range(f):
        for v in range(f):
            dA_prev[:, u:u + s * (n_H - 1) + 1:s, v:v + s * (n_W - 1) + 1:s] += d
    return dA_prev
