# mistakes: conv_forward/no_plus_one
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters['stride'], hparameters['pad']
    f = W.shape[0]
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    n_H = int((A_prev.shape[1] + 2 * pad - f) / stride)
    n_W = int((A_prev.shape[2] + 2 * pad - f) / stride)
    Z = np.zeros((A_prev.shape[0], n_H, n_W, W.shape[-1]))
    for h in range(n_H):
        for w in range(n_W):
            windows = A_prev_pad[:, stride * h:stride * h + f, stride * w:stride * w + f, :, None]
            Z[:, h, w, :] = np.sum(windows * W, axis=(1, 2, 3)) + b[0, 0, 0, :]
    return Z, (A_prev, W, b, hparameters)
