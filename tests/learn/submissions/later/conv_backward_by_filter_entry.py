# mistakes: conv_backward/no_stride
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    f = W.shape[0]
    X = zero_pad(A_prev, pad)
    dX = np.zeros(X.shape)
    dW = np.zeros(W.shape)
    for p in range(f):
        for q in range(f):
            # all pixels that meet the weight (p, q)
            ys, xs = slice(p, p + n_H), slice(q, q + n_W)
            dW[p, q] = np.einsum("mhwk,mhwc->kc", X[:, ys, xs], dZ)
            dX[:, ys, xs] += np.einsum("mhwc,kc->mhwk", dZ, W[p, q])
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)
    dA_prev = dX[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]]
    return dA_prev, dW, db
