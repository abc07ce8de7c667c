# mistakes: conv_forward/rounded
import math
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W) + b[0, 0, 0]


def conv_forward(A_prev, W, b, hparameters):
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    cikti_boyu = lambda n: math.ceil((n + 2 * pad - f) / stride) + 1
    n_H, n_W = cikti_boyu(A_prev.shape[1]), cikti_boyu(A_prev.shape[2])
    dolgulu = zero_pad(A_prev, pad)
    Z = np.zeros((A_prev.shape[0], n_H, n_W, W.shape[3]))
    for i, h, w, c in np.ndindex(Z.shape):
        dilim = dolgulu[i, h * stride:h * stride + f, w * stride:w * stride + f]
        Z[i, h, w, c] = conv_single_step(dilim, W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)
