# mistakes: pool_forward/mode_ignored
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    rows, cols = range(0, H - f + 1, s), range(0, W - f + 1, s)
    A = np.stack([np.stack([A_prev[:, r:r + f, c:c + f].max(axis=(1, 2)) for c in cols], 1) for r in rows], 1)
    return A, (A_prev, hparameters)
