# mistakes: conv_backward/crop_corner
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def crop(X, like, pad):
    return X[:, :like.shape[1], :like.shape[2]]

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    t, pad = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    X = zero_pad(A_prev, pad)
    view = sliding_window_view(X, (f, f), axis=(1, 2))[:, ::t, ::t]
    dW = np.einsum("mhwkpq,mhwc->pqkc", view, dZ)
    db = np.einsum("mhwc->c", dZ)[None, None, None]
    patches = np.einsum("mhwc,pqkc->mhwpqk", dZ, W)
    dX = np.zeros(X.shape)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            dX[:, h * t:h * t + f, w * t:w * t + f] += patches[:, h, w]
    return crop(dX, A_prev, pad), dW, db
