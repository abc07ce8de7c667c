# mistakes: conv_forward/no_plus_one
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters['stride'], hparameters['pad']
    f = W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    n_H, n_W = (X.shape[1] - f) // s, (X.shape[2] - f) // s
    V = sliding_window_view(X, (f, f), (1, 2))[:, ::s, ::s][:, :n_H, :n_W]
    Z = np.einsum('abcdef,efdg->abcg', V, W, optimize=True)
    return Z + b, (A_prev, W, b, hparameters)
