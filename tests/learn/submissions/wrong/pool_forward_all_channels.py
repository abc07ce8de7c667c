# mistakes: pool_forward/all_channels
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    f, stride = hparameters["f"], hparameters["stride"]
    n_H = (n_H_prev - f) // stride + 1
    n_W = (n_W_prev - f) // stride + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    dilim = A_prev[i, h * stride:h * stride + f, w * stride:w * stride + f]
                    if mode == "max":
                        A[i, h, w, c] = np.max(dilim)
                    elif mode == "average":
                        A[i, h, w, c] = np.mean(dilim)
    return A, (A_prev, hparameters)
