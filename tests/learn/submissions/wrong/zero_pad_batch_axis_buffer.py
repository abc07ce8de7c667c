# mistakes: zero_pad/batch_axis
import numpy as np


def zero_pad(X, pad):
    m, h, w, c = X.shape
    big = np.zeros((m + pad * 2, h + pad * 2, w + pad * 2, c))
    big[pad:pad + m, pad:pad + h, pad:pad + w] = X
    return big
