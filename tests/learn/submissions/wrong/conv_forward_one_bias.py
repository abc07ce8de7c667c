# mistakes: conv_forward/one_bias
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters['stride'], hparameters['pad']
    f, _, k, n_C = W.shape
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    n_H, n_W = (X.shape[1] - f) // stride + 1, (X.shape[2] - f) // stride + 1
    i = stride * np.arange(n_H)[:, None, None, None] + np.arange(f)[:, None]
    j = stride * np.arange(n_W)[None, :, None, None] + np.arange(f)
    cols = X[:, i, j].reshape(-1, f * f * k)
    Z = cols.dot(W.reshape(f * f * k, n_C)) + b.flatten()[0]
    return Z.reshape(len(X), n_H, n_W, n_C), (A_prev, W, b, hparameters)
