# mistakes: zero_pad/one_side_after, zero_pad/not_zero
import numpy as np

def zero_pad(X, pad):
    kenarlar = ((0, 0), (0, pad), (0, pad), (0, 0))
    X_pad = np.pad(X, kenarlar, mode='constant', constant_values=1)
    return X_pad
