# mistakes: zero_pad/all_axes
import numpy as np


def zero_pad(X, pad):
    ### START CODE HERE ### (≈ 1 line)
    X_pad = np.pad(X, pad, 'constant', constant_values=0)
    ### END CODE HERE ###
    return X_pad
