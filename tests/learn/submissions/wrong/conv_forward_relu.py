# mistakes: conv_forward/relu
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def relu(z):
    return z * (z > 0)


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters['stride'], hparameters['pad']
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    V = sliding_window_view(X, W.shape[:2], axis=(1, 2))[:, ::s, ::s]
    Z = np.tensordot(V, W.transpose(2, 0, 1, 3), axes=3) + b
    return relu(Z), (A_prev, W, b, hparameters)
