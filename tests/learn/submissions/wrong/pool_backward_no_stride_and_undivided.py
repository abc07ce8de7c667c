# mistakes: pool_backward/no_stride, pool_backward/undivided
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f = hparameters["f"]
    dA_prev = np.zeros(A_prev.shape)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            x = A_prev[:, h:h + f, w:w + f]
            maske = x == x.max(axis=(1, 2), keepdims=True) if mode == "max" else np.ones(x.shape)
            dA_prev[:, h:h + f, w:w + f] += maske * dA[:, h:h + 1, w:w + 1]
    return dA_prev
