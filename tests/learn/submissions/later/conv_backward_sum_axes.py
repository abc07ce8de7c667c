# mistakes: conv_backward/db_shape
import numpy as np

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters['stride'], hparameters['pad']
    m, n_H, n_W, n_C = dZ.shape
    f = W.shape[0]
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA_prev_pad = np.zeros_like(A_prev_pad)
    dW = np.zeros_like(W)
    db = np.sum(dZ, axis=(0, 1, 2))
    for h in range(n_H):
        for w in range(n_W):
            v, u = h * stride, w * stride
            for c in range(n_C):
                grad = dZ[:, h, w, c].reshape(m, 1, 1, 1)
                dA_prev_pad[:, v:v + f, u:u + f] += grad * W[..., c]
                dW[..., c] += np.sum(grad * A_prev_pad[:, v:v + f, u:u + f], axis=0)
    n_H_prev, n_W_prev = A_prev.shape[1:3]
    return dA_prev_pad[:, pad:n_H_prev + pad, pad:n_W_prev + pad], dW, db
