# mistakes: zero_pad/double
import numpy as np


def zero_pad(X, pad):
    p = 2 * pad
    m, H, W, C = X.shape
    out = np.zeros((m, H + 2 * p, W + 2 * p, C), dtype=X.dtype)
    out[:, p:-p or None, p:-p or None] = X
    return out
