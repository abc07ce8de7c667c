# mistakes: pool_forward/rounded
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    size = lambda n: int(np.rint((n - f) / s + 1))
    rows = [slice(h * s, h * s + f) for h in range(size(A_prev.shape[1]))]
    cols = [slice(w * s, w * s + f) for w in range(size(A_prev.shape[2]))]
    squash = np.max if mode == "max" else np.mean
    A = np.array([[squash(A_prev[:, r, c], axis=(1, 2)) for c in cols] for r in rows])    # (n_H, n_W, m, C)
    return A.transpose(2, 0, 1, 3), (A_prev, hparameters)
