# mistakes: pool_backward/mask_of_dA
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            pencere = dA_prev[:, h * s:h * s + f, w * s:w * s + f, :]
            gelen = dA[:, h, w, None, None, :]
            if mode == "max":
                maske = pencere == pencere.max(axis=(1, 2), keepdims=True)
                pencere += maske * gelen
            else:
                pencere += gelen / (f * f)
    return dA_prev
