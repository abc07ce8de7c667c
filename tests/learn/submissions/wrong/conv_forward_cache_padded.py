# mistakes: conv_forward/cache_padded
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters['stride'], hparameters['pad']
    f = W.shape[0]
    A_prev = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))   # from here on only the padded one
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    n_H = (n_H_prev - f) // stride + 1
    n_W = (n_W_prev - f) // stride + 1
    Z = np.empty((m, n_H, n_W, W.shape[3]))
    for h in range(n_H):
        for w in range(n_W):
            Z[:, h, w] = np.einsum('muvk,uvkc->mc', A_prev[:, h*stride:h*stride+f, w*stride:w*stride+f], W)
    Z += b
    cache = (A_prev, W, b, hparameters)
    return Z, cache
