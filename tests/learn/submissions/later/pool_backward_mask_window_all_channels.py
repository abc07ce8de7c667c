# mistakes: pool_backward/all_channels
import numpy as np

def create_mask_from_window(x):
    mask = (x == np.max(x))
    return mask

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        for k in range(n_H * n_W):
            h, w = k // n_W, k % n_W
            y, x = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
            if mode == "max":
                mask = create_mask_from_window(A_prev[i, y, x])
                dA_prev[i, y, x] += mask * dA[i, h, w]
            elif mode == "average":
                dA_prev[i, y, x] += dA[i, h, w] / f ** 2
    return dA_prev
