# mistakes: conv_forward/relu, conv_forward/one_bias
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    A_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    n_H = (A_pad.shape[1] - f) // stride + 1
    n_W = (A_pad.shape[2] - f) // stride + 1
    Z = np.zeros((len(A_pad), n_H, n_W, W.shape[3]))
    for i, h, w, c in np.ndindex(Z.shape):
        window = A_pad[i, h * stride:h * stride + f, w * stride:w * stride + f]
        Z[i, h, w, c] = max(0, np.sum(window * W[..., c]) + b[0, 0, 0, 0])
    return Z, (A_prev, W, b, hparameters)
