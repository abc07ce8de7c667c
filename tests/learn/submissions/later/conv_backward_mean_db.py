# mistakes: conv_backward/db_mean
import numpy as np

def col2im(cols, shape, f, stride):
    out = np.zeros(shape)
    m, n_H, n_W = cols.shape[:3]
    for p in range(f):
        for q in range(f):
            out[:, p:p + stride * n_H:stride, q:q + stride * n_W:stride] += cols[:, :, :, p, q]
    return out

def im2col(X, f, stride, n_H, n_W):
    rows = stride * np.arange(n_H)[:, None, None, None] + np.arange(f)[:, None]
    cols = stride * np.arange(n_W)[:, None, None] + np.arange(f)
    return X[:, rows, cols]

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    f = W.shape[0]
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    X_col = im2col(X, f, stride, n_H, n_W)
    g = dZ.reshape(-1, n_C)
    dW = (X_col.reshape(len(g), -1).T @ g).reshape(W.shape)
    dX = col2im((g @ W.reshape(-1, n_C).T).reshape(X_col.shape), X.shape, f, stride)
    db = g.mean(axis=0).reshape(1, 1, 1, n_C)
    return dX[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]], dW, db
