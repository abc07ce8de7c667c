# mistakes: conv_backward/swapped_factors
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    adim, dolgu, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    P = zero_pad(A_prev, dolgu)
    dP, dW, db = np.zeros(P.shape), np.zeros(W.shape), np.zeros(b.shape)
    for i, h, w, c in np.ndindex(dZ.shape):
        y, x = h * adim, w * adim
        dP[i, y:y + f, x:x + f] += P[i, y:y + f, x:x + f] * dZ[i, h, w, c]
        dW[..., c] += W[..., c] * dZ[i, h, w, c]
        db[..., c] += dZ[i, h, w, c]
    return dP[:, dolgu:dolgu + A_prev.shape[1], dolgu:dolgu + A_prev.shape[2]], dW, db
