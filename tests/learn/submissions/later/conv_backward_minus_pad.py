# mistakes: conv_backward/no_stride, conv_backward/pad_zero
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    f = W.shape[0]
    A_prev_pad = zero_pad(A_prev, pad)
    dA_prev_pad = np.zeros(A_prev_pad.shape)
    dW = np.zeros(W.shape)
    for k in range(n_H * n_W):
        h, w = divmod(k, n_W)
        y, x = h, w
        g = dZ[:, h, w]                                   # (m, n_C)
        dA_prev_pad[:, y:y + f, x:x + f] += np.einsum("mc,pqkc->mpqk", g, W)
        dW += np.einsum("mpqk,mc->pqkc", A_prev_pad[:, y:y + f, x:x + f], g)
    db = dZ.sum(axis=0, keepdims=True).sum(axis=1, keepdims=True).sum(axis=2, keepdims=True)
    dA_prev = dA_prev_pad[:, pad:-pad, pad:-pad, :]
    return dA_prev, dW, db
