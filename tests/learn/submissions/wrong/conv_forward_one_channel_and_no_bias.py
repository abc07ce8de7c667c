# mistakes: conv_forward/one_channel, conv_forward/no_bias
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))[:, :, :, 0]
    n_H, n_W = (X.shape[1] - f) // s + 1, (X.shape[2] - f) // s + 1
    Z = np.zeros((len(X), n_H, n_W, W.shape[3]))
    for u in range(f):
        for v in range(f):
            seen = X[:, u:u + s * (n_H - 1) + 1:s, v:v + s * (n_W - 1) + 1:s]
            Z += np.multiply.outer(seen, W[u, v, 0])
    return Z, (A_prev, W, b, hparameters)
