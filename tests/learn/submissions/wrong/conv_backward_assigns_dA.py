# mistakes: conv_backward/assigns_dA
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    P = zero_pad(A_prev, pad)
    dP, dW, db = np.zeros_like(P), np.zeros_like(W), np.zeros_like(b)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                y, x = h * stride, w * stride
                for c in range(n_C):
                    g = dZ[i, h, w, c]
                    dP[i, y:y + f, x:x + f] = W[:, :, :, c] * g
                    dW[:, :, :, c] += P[i, y:y + f, x:x + f] * g
                    db[:, :, :, c] += g
    return dP[:, pad:P.shape[1] - pad, pad:P.shape[2] - pad], dW, db
