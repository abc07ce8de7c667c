# mistakes: conv_forward/no_stride
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters['stride'], hparameters['pad']
    f = W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    n_H = (X.shape[1] - f) // s + 1
    n_W = (X.shape[2] - f) // s + 1
    windows = sliding_window_view(X, (f, f), axis=(1, 2))[:, :n_H, :n_W]
    Z = np.einsum('mhwkuv,uvkc->mhwc', windows, W) + b
    return Z, (A_prev, W, b, hparameters)
