# mistakes: conv_backward/last_example
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    dA_prev = np.zeros(A_prev.shape)
    for i, (image, dz) in enumerate(zip(A_prev, dZ)):
        x = np.pad(image, ((p, p), (p, p), (0, 0)))
        V = sliding_window_view(x, (f, f), axis=(0, 1))[::s, ::s]
        dW = np.einsum('hwkuv,hwc->uvkc', V, dz)
        db = np.einsum('hwc->c', dz)[None, None, None]
        dx = np.zeros(x.shape)
        for h, w in np.ndindex(dz.shape[:2]):
            dx[h * s:h * s + f, w * s:w * s + f] += W @ dz[h, w]
        dA_prev[i] = dx[p:p + image.shape[0], p:p + image.shape[1]]
    return dA_prev, dW, db
