# mistakes: pool_backward/assigns
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            x = A_prev[:, h * s:h * s + f, w * s:w * s + f]
            d = dA[:, h, w][:, None, None]
            if mode == "max":
                g = (x == x.max(axis=(1, 2), keepdims=True)) * d
            else:
                g = np.broadcast_to(d / f ** 2, x.shape)
            dA_prev[:, h * s:h * s + f, w * s:w * s + f] = g
    return dA_prev
