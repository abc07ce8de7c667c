# mistakes: pool_backward/argmax
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    ii, cc = np.ogrid[:m, :n_C]
    for h in range(n_H):
        for w in range(n_W):
            if mode == "max":
                block = A_prev[:, h * s:h * s + f, w * s:w * s + f].reshape(m, f * f, n_C)
                u, v = np.divmod(block.argmax(axis=1), f)
                dA_prev[ii, h * s + u, w * s + v, cc] += dA[:, h, w]
            else:
                dA_prev[:, h * s:h * s + f, w * s:w * s + f] += dA[:, h:h + 1, w:w + 1] / f ** 2
    return dA_prev
