# mistakes: zero_pad/one_axis
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, pad_width=((0, 0), (0, 0), (pad, pad), (0, 0)), mode='constant')
