# mistakes: pool_forward/sum_not_mean
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (A_prev.shape[1] - f) // s, 1 + (A_prev.shape[2] - f) // s
    parts = [A_prev[:, u:u + s * (n_H - 1) + 1:s, v:v + s * (n_W - 1) + 1:s] for u in range(f) for v in range(f)]
    if mode == "max":
        A = np.maximum.reduce(parts)
    else:
        A = np.add.reduce(parts)
    return A, (A_prev, hparameters)
