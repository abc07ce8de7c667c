# mistakes: pool_backward/assigns
import numpy as np


def create_mask_from_window(x):
    return x == np.max(x)


def distribute_value(dz, shape):
    return np.full(shape, dz / (shape[0] * shape[1]))


def pool_backward(dA, cache, mode="max"):
    (A_prev, hparameters) = cache
    stride, f = hparameters["stride"], hparameters["f"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros_like(A_prev)
    for i in range(m):
        for c in range(n_C):
            for h in range(n_H):
                for w in range(n_W):
                    r0, c0 = h * stride, w * stride
                    if mode == "max":
                        mask = create_mask_from_window(A_prev[i, r0:r0 + f, c0:c0 + f, c])
                        dA_prev[i, r0:r0 + f, c0:c0 + f, c] = mask * dA[i, h, w, c]
                    else:
                        dA_prev[i, r0:r0 + f, c0:c0 + f, c] = distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev
