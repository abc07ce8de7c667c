# mistakes: pool_backward/modes_swapped
import numpy as np


def spread_max(x, d):
    return (x == x.max(axis=(1, 2), keepdims=True)) * d


def spread_mean(x, d):
    return np.ones(x.shape) * d / (x.shape[1] * x.shape[2])


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    spread = spread_max if mode == "average" else spread_mean
    dA_prev = np.zeros(A_prev.shape)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            r, c = slice(h * s, h * s + f), slice(w * s, w * s + f)
            dA_prev[:, r, c] += spread(A_prev[:, r, c], dA[:, h:h + 1, w:w + 1])
    return dA_prev
