# mistakes: conv_forward/first_example
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters['stride'], hparameters['pad']
    f, n_C = W.shape[0], W.shape[3]
    A_prev_pad = zero_pad(A_prev, pad)
    n_H = (A_prev_pad.shape[1] - f) // stride + 1
    n_W = (A_prev_pad.shape[2] - f) // stride + 1
    Z = np.zeros((len(A_prev), n_H, n_W, n_C))
    for i in range(len(A_prev)):
        a_prev_pad = A_prev_pad[0]
        for h in range(n_H):
            for w in range(n_W):
                window = a_prev_pad[h * stride:h * stride + f, w * stride:w * stride + f]
                Z[i, h, w] = [np.vdot(window, W[..., c]) + b[0, 0, 0, c] for c in range(n_C)]
    return Z, (A_prev, W, b, hparameters)
