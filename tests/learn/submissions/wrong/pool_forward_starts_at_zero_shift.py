# mistakes: pool_forward/starts_at_zero
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    n_H, n_W = (H - f) // s + 1, (W - f) // s + 1
    A = np.zeros((m, n_H, n_W, C))
    for k in range(f * f):
        u, v = divmod(k, f)
        part = A_prev[:, u:u + s * (n_H - 1) + 1:s, v:v + s * (n_W - 1) + 1:s]
        A = np.maximum(A, part) if mode == "max" else A + part / (f * f)
    return A, (A_prev, hparameters)
