# mistakes: pool_forward/no_plus_one
import numpy as np

def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H = (n_H_prev - f) // stride
    n_W = (n_W_prev - f) // stride
    k = np.arange(f * f)
    rows = np.arange(n_H)[:, None, None] * stride + k // f
    cols = np.arange(n_W)[None, :, None] * stride + k % f
    windows = A_prev[:, rows, cols, :]                # (m, n_H, n_W, f * f, n_C)
    if mode == "max":
        A = windows.max(axis=3)
    else:
        A = windows.mean(axis=3)
    cache = (A_prev, hparameters)
    return A, cache
