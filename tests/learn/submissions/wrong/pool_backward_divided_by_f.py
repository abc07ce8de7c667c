# mistakes: pool_backward/divided_by_f
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            kose = np.s_[:, h * s:h * s + f, w * s:w * s + f]
            gelen = dA[:, h:h + 1, w:w + 1]
            if mode == "average":
                dA_prev[kose] += gelen / f
            else:
                dA_prev[kose] += gelen * (A_prev[kose] == A_prev[kose].max(axis=(1, 2), keepdims=True))
    return dA_prev
