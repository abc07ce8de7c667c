# mistakes: pool_forward/first_example, pool_forward/mode_unknown
import numpy as np

def pool_plane(plane, f, stride, summary):
    rows = range(0, plane.shape[0] - f + 1, stride)
    cols = range(0, plane.shape[1] - f + 1, stride)
    return [[summary(plane[r:r + f, c:c + f]) for c in cols] for r in rows]

def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    A = np.zeros((m, 1 + (n_H_prev - f) // stride, 1 + (n_W_prev - f) // stride, n_C))
    summary = {"max": np.max, "avg": np.mean}.get(mode)
    if summary is not None:
        for i in range(m):
            for k in range(n_C):
                A[i, :, :, k] = pool_plane(A_prev[0, :, :, k], f, stride, summary)
    return A, (A_prev, hparameters)
