# mistakes: conv_forward/return_inside
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    n_H, n_W = (X.shape[1] - f) // s + 1, (X.shape[2] - f) // s + 1
    Z = np.zeros((len(X), n_H, n_W, W.shape[3]))
    for h in range(n_H):
        for w in range(n_W):
            Z[:, h, w] = np.tensordot(X[:, h * s:h * s + f, w * s:w * s + f], W, axes=3) + b[0, 0, 0]
        return Z, (A_prev, W, b, hparameters)
