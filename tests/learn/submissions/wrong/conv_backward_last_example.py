# mistakes: conv_backward/last_example
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        dW = np.zeros(W.shape)
        db = np.zeros(b.shape)
        a = np.pad(A_prev[i], ((pad, pad), (pad, pad), (0, 0)))
        da = np.zeros(a.shape)
        for h in range(n_H):
            for w in range(n_W):
                y, x = h * stride, w * stride
                da[y:y + f, x:x + f] += np.dot(W, dZ[i, h, w])
                dW += a[y:y + f, x:x + f, :, None] * dZ[i, h, w]
                db += dZ[i, h, w]
        dA_prev[i] = da[pad:a.shape[0] - pad, pad:a.shape[1] - pad]
    return dA_prev, dW, db
