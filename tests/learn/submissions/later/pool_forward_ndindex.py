# mistakes: pool_forward/all_channels
import numpy as np

def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    A = np.empty((m, (H - f) // s + 1, (W - f) // s + 1, C))
    ozet = {"max": np.max, "average": np.mean}[mode]
    for i, h, w, c in np.ndindex(A.shape):
        A[i, h, w, c] = ozet(A_prev[i, h * s:h * s + f, w * s:w * s + f])
    return A, (A_prev, hparameters)
