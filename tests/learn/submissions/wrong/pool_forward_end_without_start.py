# mistakes: pool_forward/end_without_start
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = int(1 + (n_H_prev - f) / stride)
    n_W = int(1 + (n_W_prev - f) / stride)
    A = np.zeros((m, n_H, n_W, n_C_prev))
    for i, h, w, c in np.ndindex(A.shape):
        vert_start, vert_end = h * stride, h + f
        horiz_start, horiz_end = w * stride, w + f
        a_prev_slice = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
        A[i, h, w, c] = a_prev_slice.max() if mode == "max" else a_prev_slice.mean()
    return A, (A_prev, hparameters)
