# mistakes: pool_backward/masked_value
import numpy as np


def create_mask_from_window(x):
    return x == np.max(x)


def distribute_value(dz, shape):
    n_H, n_W = shape
    return np.full((n_H, n_W), dz / (n_H * n_W))


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i in range(dA.shape[0]):
        for h in range(dA.shape[1]):
            for w in range(dA.shape[2]):
                for c in range(dA.shape[3]):
                    yer = i, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f), c
                    pencere = A_prev[yer]
                    if mode == "max":
                        dA_prev[yer] += np.multiply(create_mask_from_window(pencere), pencere)
                    elif mode == "average":
                        dA_prev[yer] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev
