# mistakes: conv_forward/no_stride, conv_forward/cache_padded
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_single_step(a_slice_prev, W, b):
    return np.einsum('ijk,ijk->', a_slice_prev, W) + b[0, 0, 0]


def conv_forward(A_prev, W, b, hparameters):
    adim, dolgu, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    dolgulu = zero_pad(A_prev, dolgu)
    n_H = (dolgulu.shape[1] - f) // adim + 1
    n_W = (dolgulu.shape[2] - f) // adim + 1
    Z = np.array([[[[conv_single_step(g[h:h + f, w:w + f], W[..., c], b[..., c]) for c in range(W.shape[3])]
                    for w in range(n_W)] for h in range(n_H)] for g in dolgulu])
    return Z, (dolgulu, W, b, hparameters)
