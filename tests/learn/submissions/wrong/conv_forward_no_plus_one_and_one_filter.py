# mistakes: conv_forward/no_plus_one, conv_forward/one_filter
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride, pad = hparameters['stride'], hparameters['pad']
    n_H = (n_H_prev - f + 2 * pad) // stride
    n_W = (n_W_prev - f + 2 * pad) // stride
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    for h in range(n_H):
        for w in range(n_W):
            vert_start, horiz_start = h * stride, w * stride
            a_slice = A_prev_pad[:, vert_start:vert_start + f, horiz_start:horiz_start + f, :]
            z = np.sum(a_slice * W[:, :, :, 0], axis=(1, 2, 3))
            for c in range(n_C):
                Z[:, h, w, c] = z + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)
