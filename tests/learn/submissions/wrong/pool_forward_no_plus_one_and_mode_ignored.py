# mistakes: pool_forward/no_plus_one, pool_forward/mode_ignored
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    n_H, n_W = (H - f) // s, (W - f) // s
    A = np.zeros((m, n_H, n_W, C))
    for h in range(n_H):
        for w in range(n_W):
            for c in range(C):
                A[:, h, w, c] = A_prev[:, h * s:h * s + f, w * s:w * s + f, c].max(axis=2).max(axis=1)
    return A, (A_prev, hparameters)
