# mistakes: conv_backward/pad_zero
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, pad = hparameters['stride'], hparameters['pad']
    f, _, k, n_C = W.shape
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dX = np.zeros(X.shape)
    dW = np.zeros((f * f * k, n_C))
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            block = X[:, h * s:h * s + f, w * s:w * s + f]
            dW += block.reshape(len(X), -1).T @ dZ[:, h, w]
            dX[:, h * s:h * s + f, w * s:w * s + f] += (dZ[:, h, w] @ W.reshape(-1, n_C).T).reshape(block.shape)
    dA_prev = dX[:, pad:-pad, pad:-pad, :]
    return dA_prev, dW.reshape(W.shape), dZ.sum(axis=(0, 1, 2), keepdims=True)
