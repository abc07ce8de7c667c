# mistakes: conv_forward/flipped, conv_forward/no_bias
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters['stride'], hparameters['pad']
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    V = sliding_window_view(X, W.shape[:2], axis=(1, 2))[:, ::s, ::s]
    return np.einsum('mhwkuv,uvkc->mhwc', V, np.flip(W, (0, 1))), (A_prev, W, b, hparameters)
