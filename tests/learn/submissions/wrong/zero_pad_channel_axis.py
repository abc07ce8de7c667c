# mistakes: zero_pad/channel_axis
import numpy as np


def pad_axis(X, pad, axis):
    shape = list(X.shape)
    shape[axis] = pad
    zeros = np.zeros(shape, dtype=X.dtype)
    return np.concatenate((zeros, X, zeros), axis=axis)


def zero_pad(X, pad):
    for axis in range(1, X.ndim):      # not the examples
        X = pad_axis(X, pad, axis)
    return X
