# mistakes: pool_backward/no_stride
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f = hparameters["f"]
    dA_prev = np.zeros(A_prev.shape)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            x = A_prev[:, h:h + f, w:w + f, :]
            weight = x == x.max(axis=(1, 2), keepdims=True) if mode == "max" else 1 / f ** 2
            dA_prev[:, h:h + f, w:w + f, :] += weight * dA[:, h, w, :].reshape(len(dA), 1, 1, -1)
    return dA_prev
