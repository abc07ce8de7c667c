# mistakes: conv_backward/one_filter
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for i in range(len(dZ)):
        for h in range(dZ.shape[1]):
            for w in range(dZ.shape[2]):
                r, c = slice(h * s, h * s + f), slice(w * s, w * s + f)
                for k in range(dZ.shape[3]):
                    dX[i, r, c] += W[..., 0] * dZ[i, h, w, k]
                    dW[..., k] += X[i, r, c] * dZ[i, h, w, k]
    return dX[:, p:p + A_prev.shape[1], p:p + A_prev.shape[2]], dW, np.sum(dZ, (0, 1, 2)).reshape(b.shape)
