# mistakes: pool_forward/no_stride
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    n_H, n_W = (H - f) // stride + 1, (W - f) // stride + 1
    A = np.zeros((m, n_H, n_W, C))
    pool = np.max if mode == "max" else np.mean
    for h in range(n_H):
        for w in range(n_W):
            A[:, h, w] = pool(A_prev[:, h:h + f, w:w + f], axis=(1, 2))
    return A, (A_prev, hparameters)
