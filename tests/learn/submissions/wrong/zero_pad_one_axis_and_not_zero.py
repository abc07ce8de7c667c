# mistakes: zero_pad/one_axis, zero_pad/not_zero
import numpy as np


def zero_pad(X, pad):
    m, H, W, C = X.shape
    X_pad = np.full((m, H + 2 * pad, W, C), 1.0)
    X_pad[:, pad:pad + H] = X
    return X_pad
