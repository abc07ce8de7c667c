# mistakes: zero_pad/not_zero
import numpy as np


def zero_pad(X, pad):
    m, H, W, C = X.shape
    X_pad = np.ones((m, H + 2 * pad, W + 2 * pad, C))
    X_pad[:, pad:H + pad, pad:W + pad, :] = X
    return X_pad
