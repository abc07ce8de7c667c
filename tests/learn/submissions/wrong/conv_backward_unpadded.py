# mistakes: conv_backward/unpadded
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    _, H, Wd, _ = A_prev.shape
    dA_prev_pad = np.zeros((m, H + 2 * pad, Wd + 2 * pad, A_prev.shape[3]))
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for i in range(m):
        a_prev = A_prev[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    a_slice = a_prev[h * stride:h * stride + f, w * stride:w * stride + f]
                    dA_prev_pad[i, h * stride:h * stride + f, w * stride:w * stride + f] += W[..., c] * dZ[i, h, w, c]
                    dW[..., c] += a_slice * dZ[i, h, w, c]
                    db[..., c] += dZ[i, h, w, c]
    return dA_prev_pad[:, pad:pad + H, pad:pad + Wd], dW, db
