# mistakes: conv_forward/first_example, conv_forward/cache_order
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters['stride'], hparameters['pad']
    ilk = np.pad(A_prev[0], ((p, p), (p, p), (0, 0)))
    V = sliding_window_view(ilk, W.shape[:2], axis=(0, 1))[::s, ::s]
    z = np.einsum('hwkuv,uvkc->hwc', V, W)
    Z = np.stack([z] * len(A_prev)) + b
    return Z, (A_prev, b, W, hparameters)
