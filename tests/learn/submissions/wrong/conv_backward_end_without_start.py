# mistakes: conv_backward/end_without_start
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA_prev_pad = np.zeros(A_prev_pad.shape)
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for i, h, w, c in np.ndindex(dZ.shape):
        pencere = (i, slice(h * stride, h + f), slice(w * stride, w + f))
        dA_prev_pad[pencere] += W[..., c] * dZ[i, h, w, c]
        dW[..., c] += A_prev_pad[pencere] * dZ[i, h, w, c]
        db[..., c] += dZ[i, h, w, c]
    n_H_prev, n_W_prev = A_prev.shape[1:3]
    return dA_prev_pad[:, pad:pad + n_H_prev, pad:pad + n_W_prev], dW, db
