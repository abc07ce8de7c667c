# mistakes: conv_backward/db_mean
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA_prev_pad, dW, db = np.zeros(A_prev_pad.shape), np.zeros(W.shape), np.zeros(b.shape)
    m = dZ.shape[0]
    for i, h, w, c in np.ndindex(dZ.shape):
        where = i, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        dA_prev_pad[where] += W[..., c] * dZ[i, h, w, c]
        dW[..., c] += A_prev_pad[where] * dZ[i, h, w, c]
        db[..., c] += dZ[i, h, w, c] / m      # average over the batch
    return dA_prev_pad[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]], dW, db
