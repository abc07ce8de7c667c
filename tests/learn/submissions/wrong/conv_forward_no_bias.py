# mistakes: conv_forward/no_bias
import numpy as np
from numpy.lib.stride_tricks import as_strided


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters['stride'], hparameters['pad']
    f = W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    m, H, Wd, C = X.shape
    a, r, q, k = X.strides
    win = as_strided(X, (m, (H - f) // s + 1, (Wd - f) // s + 1, f, f, C), (a, r * s, q * s, r, q, k))
    return np.tensordot(win, W, axes=3), (A_prev, W, b, hparameters)
