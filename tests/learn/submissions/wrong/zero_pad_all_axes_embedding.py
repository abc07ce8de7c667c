# mistakes: zero_pad/all_axes
import numpy as np


def zero_pad(X, pad):
    new_shape = tuple(n + 2 * pad for n in X.shape)
    out = np.zeros(new_shape)
    middle = tuple(slice(pad, pad + n) for n in X.shape)
    out[middle] = X
    return out
