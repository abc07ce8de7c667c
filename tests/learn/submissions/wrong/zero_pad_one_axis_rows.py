# mistakes: zero_pad/one_axis
import numpy as np


def zero_pad(X, pad):
    ust_alt = np.zeros_like(X, shape=(X.shape[0], pad, X.shape[2], X.shape[3]))
    return np.hstack((ust_alt, X, ust_alt))
