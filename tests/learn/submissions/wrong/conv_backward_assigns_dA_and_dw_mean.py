# mistakes: conv_backward/assigns_dA, conv_backward/dw_mean
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA_prev_pad, dW, db = np.zeros(A_prev_pad.shape), np.zeros(W.shape), np.zeros(b.shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    window = np.s_[i, h * stride:h * stride + f, w * stride:w * stride + f]
                    dA_prev_pad[window] = dZ[i, h, w, c] * W[:, :, :, c]
                    dW[:, :, :, c] += dZ[i, h, w, c] * A_prev_pad[window]
                    db[:, :, :, c] += dZ[i, h, w, c]
    return dA_prev_pad[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]], dW / m, db
