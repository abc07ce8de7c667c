# mistakes: pool_forward/rounded
import math
import numpy as np

def how_many(n, f, stride):
    return math.ceil((n - f) / stride) + 1

def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    A = np.zeros((m, how_many(n_H_prev, f, stride), how_many(n_W_prev, f, stride), n_C))
    for h in range(A.shape[1]):
        top = h * stride
        band = A_prev[:, top:top + f]
        for w in range(A.shape[2]):
            left = w * stride
            window = band[:, :, left:left + f].transpose(0, 3, 1, 2).reshape(m, n_C, -1)
            A[:, h, w] = window.max(-1) if mode == "max" else window.mean(-1)
    return A, (A_prev, hparameters)
