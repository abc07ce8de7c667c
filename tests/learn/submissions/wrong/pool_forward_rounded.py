# mistakes: pool_forward/rounded
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    n_H = int(np.ceil((H - f) / stride)) + 1
    n_W = int(np.ceil((W - f) / stride)) + 1
    A = np.zeros((m, n_H, n_W, C))
    for h in range(n_H):
        for w in range(n_W):
            block = A_prev[:, h * stride:h * stride + f, w * stride:w * stride + f]
            A[:, h, w] = block.max(axis=(1, 2)) if mode == "max" else block.mean(axis=(1, 2))
    return A, (A_prev, hparameters)
