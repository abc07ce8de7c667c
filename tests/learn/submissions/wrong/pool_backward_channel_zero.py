# mistakes: pool_backward/channel_zero
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = dA.shape[1:3]
    dA_prev = np.zeros(A_prev.shape)
    for h in range(n_H):
        for w in range(n_W):
            x = A_prev[:, h * s:h * s + f, w * s:w * s + f]
            d = dA[:, h, w, 0].reshape(-1, 1, 1, 1)
            if mode == "max":
                dA_prev[:, h * s:h * s + f, w * s:w * s + f] += d * (x == np.amax(x, axis=(1, 2), keepdims=True))
            else:
                dA_prev[:, h * s:h * s + f, w * s:w * s + f] += d / f ** 2
    return dA_prev
