# mistakes: conv_backward/db_mean, conv_backward/dw_mean
import numpy as np

def patches(X, f, stride):
    v = np.lib.stride_tricks.sliding_window_view(X, (f, f), axis=(1, 2))
    return v[:, ::stride, ::stride]

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, _ = dZ.shape
    f = W.shape[0]
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dW = np.tensordot(patches(X, f, stride), dZ, axes=((0, 1, 2), (0, 1, 2))).transpose(1, 2, 0, 3) / m
    db = dZ.sum(axis=(0, 1, 2)).reshape(b.shape) / m
    dX = np.zeros(X.shape)
    for p in range(f):
        for q in range(f):
            dX[:, p:p + stride * n_H:stride, q:q + stride * n_W:stride] += dZ @ W[p, q].T
    return dX[:, pad:X.shape[1] - pad, pad:X.shape[2] - pad], dW, db
