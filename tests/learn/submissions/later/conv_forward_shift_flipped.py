# mistakes: conv_forward/flipped
import numpy as np

def zero_pad(X, pad):
    out = np.zeros((X.shape[0], X.shape[1] + 2 * pad, X.shape[2] + 2 * pad, X.shape[3]))
    out[:, pad:pad + X.shape[1], pad:pad + X.shape[2]] = X
    return out

def conv_forward(A_prev, W, b, hparameters):
    """ Z[h, w] = sum over p, q of W[p, q] X[h - p, w - q], the definition of a convolution """
    t = hparameters["stride"]
    P = zero_pad(A_prev, hparameters["pad"])
    f = len(W)
    n_H = (P.shape[1] - f) // t + 1
    n_W = (P.shape[2] - f) // t + 1
    Z = np.zeros((len(P), n_H, n_W, W.shape[-1])) + b
    for p in range(f):
        for q in range(f):
            r, s = f - 1 - p, f - 1 - q
            Z += P[:, r:r + n_H * t:t, s:s + n_W * t:t] @ W[p, q]
    return Z, (A_prev, W, b, hparameters)
