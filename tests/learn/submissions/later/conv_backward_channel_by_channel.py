# mistakes: conv_backward/one_filter, conv_backward/db_overcounted
import numpy as np

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    f = W.shape[0]
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dX = np.zeros_like(X)
    dW = np.zeros_like(W)
    db = np.zeros_like(b)
    offsets = [(p, q) for p in range(f) for q in range(f)]
    for c in range(n_C):
        g = dZ[..., c, np.newaxis]
        for p, q in offsets:
            part = np.s_[:, p:p + stride * n_H:stride, q:q + stride * n_W:stride]
            dX[part] += g * W[p, q, :, 0]
            dW[p, q, :, c] = np.sum(g * X[part], axis=(0, 1, 2))
        db[..., :] += np.sum(g)
    return dX[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]], dW, db
