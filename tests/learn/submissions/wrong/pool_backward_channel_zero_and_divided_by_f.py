# mistakes: pool_backward/channel_zero, pool_backward/divided_by_f
import numpy as np


def create_mask_from_window(x):
    return x == np.max(x)


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                gelen = dA[i, h, w, 0]
                for c in range(n_C):
                    yer = (i, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f), c)
                    if mode == "max":
                        dA_prev[yer] += create_mask_from_window(A_prev[yer]) * gelen
                    else:
                        dA_prev[yer] += np.full((f, f), gelen / f)
    return dA_prev
