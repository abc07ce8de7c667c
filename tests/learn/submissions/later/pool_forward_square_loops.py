# mistakes: pool_forward/square, pool_forward/end_included
import numpy as np

def pool_forward(A_prev, hparameters, mode="max"):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = int(1 + (n_H_prev - f) / stride)
    n_W = int(1 + (n_H_prev - f) / stride)
    A = np.zeros((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            y0, x0 = h * stride, w * stride
            y1, x1 = y0 + f - 1, x0 + f - 1
            for i in range(m):
                for c in range(n_C):
                    a_slice = A_prev[i, y0:y1, x0:x1, c]
                    A[i, h, w, c] = np.max(a_slice) if mode == "max" else np.mean(a_slice)
    return A, (A_prev, hparameters)
