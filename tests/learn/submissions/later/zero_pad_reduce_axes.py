# mistakes: zero_pad/batch_axis
from functools import reduce
import numpy as np

def add_zeros(pad):
    def along(X, axis):
        shape = list(X.shape)
        shape[axis] = pad
        z = np.zeros(shape)
        return np.concatenate((z, X, z), axis)
    return along

def zero_pad(X, pad):
    # every axis but the channels
    return reduce(add_zeros(pad), range(3), X)
