# mistakes: pool_backward/channel_zero, pool_backward/hparameters_ignored
import numpy as np

def walk(shape, f, stride):
    m, n_H, n_W, n_C = shape
    for c in range(n_C):
        for i in range(m):
            for h in range(n_H):
                for w in range(n_W):
                    yield i, h, w, c, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["f"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c, rows, cols in walk(dA.shape, f, stride):
        window = A_prev[i, rows, cols, 0]
        if mode == "max":
            local = (window == np.max(window, initial=-np.inf)).astype(float)
        else:
            local = np.full(window.shape, 1 / f ** 2)
        dA_prev[i, rows, cols, c] += local * dA[i, h, w, c]
    return dA_prev
