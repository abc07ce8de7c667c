# mistakes: conv_forward/rounded
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_forward(A_prev, W, b, hparameters):
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    dolgulu = zero_pad(A_prev, p)
    m, yuk, gen, _ = dolgulu.shape
    n_H = round((yuk - f) / s) + 1
    n_W = round((gen - f) / s) + 1
    Z = np.zeros((m, n_H, n_W, W.shape[3]))
    for h in range(n_H):
        for w in range(n_W):
            for c in range(W.shape[3]):
                parca = dolgulu[:, h * s:h * s + f, w * s:w * s + f, :]
                Z[:, h, w, c] = (parca * W[..., c]).sum(axis=(1, 2, 3)) + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)
