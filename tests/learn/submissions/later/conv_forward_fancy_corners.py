# mistakes: conv_forward/end_without_start
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def conv_single_step(a, w, b):
    f1, f2, k = a.shape
    return np.sum(a * w[:f1, :f2]) + b.item()

def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, n_C = W.shape[0], W.shape[3]
    X = zero_pad(A_prev, pad)
    n_H = (X.shape[1] - f) // stride + 1
    n_W = (X.shape[2] - f) // stride + 1
    tops, lefts = stride * np.arange(n_H), stride * np.arange(n_W)
    bottoms, rights = f + np.arange(n_H), f + np.arange(n_W)
    Z = np.zeros((X.shape[0], n_H, n_W, n_C))
    for h, (top, bottom) in enumerate(zip(tops, bottoms)):
        for w, (left, right) in enumerate(zip(lefts, rights)):
            for i, c in np.ndindex(X.shape[0], n_C):
                Z[i, h, w, c] = conv_single_step(X[i, top:bottom, left:right], W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)
