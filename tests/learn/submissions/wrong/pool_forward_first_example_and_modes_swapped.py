# mistakes: pool_forward/first_example, pool_forward/modes_swapped
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H, n_W = (n_H_prev - f) // stride + 1, (n_W_prev - f) // stride + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for i, h, w, c in np.ndindex(A.shape):
        pencere = A_prev[0, h * stride:h * stride + f, w * stride:w * stride + f, c]
        if mode == "average":
            A[i, h, w, c] = np.max(pencere)
        else:
            A[i, h, w, c] = np.mean(pencere)
    return A, (A_prev, hparameters)
