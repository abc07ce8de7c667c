# mistakes: pool_forward/mode_ignored
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    A = np.zeros((m, (H - f) // stride + 1, (W - f) // stride + 1, C))
    for i, h, w, c in np.ndindex(A.shape):
        window = A_prev[i, h * stride:h * stride + f, w * stride:w * stride + f, c]
        if mode == "max" or "average":
            A[i, h, w, c] = window.max()
        else:
            A[i, h, w, c] = window.mean()
    return A, (A_prev, hparameters)
