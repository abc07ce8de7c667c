# mistakes: conv_backward/assigns_dW, conv_backward/assigns_db
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    A_prev_pad = zero_pad(A_prev, pad)
    dA_prev_pad = np.zeros(A_prev_pad.shape)
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for i, h, w in np.ndindex(dZ.shape[:3]):
        pencere = np.s_[i, h * stride:h * stride + f, w * stride:w * stride + f]
        dz = dZ[i, h, w]
        dA_prev_pad[pencere] += np.dot(W, dz)
        dW = A_prev_pad[pencere][..., None] * dz
        db = dz.reshape(b.shape)
    return dA_prev_pad[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]], dW, db
