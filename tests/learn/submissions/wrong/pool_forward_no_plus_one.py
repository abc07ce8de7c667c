# mistakes: pool_forward/no_plus_one
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    A = np.zeros((m, int((H - f) / stride), int((W - f) / stride), C))
    for i, h, w, c in np.ndindex(A.shape):
        top, left = h * stride, w * stride
        window = A_prev[i, top:top + f, left:left + f, c]
        A[i, h, w, c] = {"max": np.max, "average": np.mean}[mode](window)
    return A, (A_prev, hparameters)
