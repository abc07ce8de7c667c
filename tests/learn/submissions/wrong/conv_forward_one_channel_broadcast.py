# mistakes: conv_forward/one_channel
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    stride = hparameters['stride']
    pad = hparameters['pad']
    (f, f, n_C_prev, n_C) = W.shape
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    n_H = (A_prev_pad.shape[1] - f) // stride + 1
    n_W = (A_prev_pad.shape[2] - f) // stride + 1
    Z = np.zeros((A_prev.shape[0], n_H, n_W, n_C))
    for i, h, w, c in np.ndindex(*Z.shape):
        y, x = h * stride, w * stride
        a_slice_prev = A_prev_pad[i, y:y + f, x:x + f, 0:1]
        Z[i, h, w, c] = np.sum(a_slice_prev * W[:, :, :, c]) + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)
