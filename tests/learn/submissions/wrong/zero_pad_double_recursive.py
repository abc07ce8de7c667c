# mistakes: zero_pad/double
import numpy as np


def ring(X, count):
    if count == 0:
        return X
    return ring(np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0))), count - 1)


def zero_pad(X, pad):
    return ring(ring(X, pad), pad)
