# mistakes: zero_pad/one_side
import numpy as np


def zero_pad(X, pad):
    m, H, W, C = X.shape
    X = np.concatenate([np.zeros((m, pad, W, C), X.dtype), X], axis=1)
    X = np.concatenate([np.zeros((m, H + pad, pad, C), X.dtype), X], axis=2)
    return X
