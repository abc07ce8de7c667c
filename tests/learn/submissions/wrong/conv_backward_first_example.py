# mistakes: conv_backward/first_example
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA_prev_pad, dW, db = np.zeros(A_prev_pad.shape), np.zeros(W.shape), np.zeros(b.shape)
    a_prev_pad = A_prev_pad[0]
    for i, h, w in np.ndindex(dZ.shape[:3]):
        rows, cols = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        dA_prev_pad[i, rows, cols] += (W * dZ[i, h, w]).sum(axis=-1)
        dW += a_prev_pad[rows, cols, :, np.newaxis] * dZ[i, h, w]
        db += dZ[i, h, w]
    return dA_prev_pad[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]], dW, db
