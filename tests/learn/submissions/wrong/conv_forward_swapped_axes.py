# mistakes: conv_forward/swapped_axes
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters['stride'], hparameters['pad']
    f, _, _, n_C = W.shape
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    m, rows, cols, _ = padded.shape
    n_H = 1 + (rows - f) // stride
    n_W = 1 + (cols - f) // stride
    Z = np.zeros((m, n_W, n_H, n_C))
    for h in range(n_H):
        for w in range(n_W):
            window = padded[:, h * stride:h * stride + f, w * stride:w * stride + f]
            Z[:, h, w, :] = window.reshape(m, -1) @ W.reshape(-1, n_C) + b.reshape(-1)
    return Z, (A_prev, W, b, hparameters)
