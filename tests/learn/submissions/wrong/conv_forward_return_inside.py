# mistakes: conv_forward/return_inside
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W) + b[0, 0, 0]


def conv_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, _, _, n_C = W.shape
    stride, pad = hparameters['stride'], hparameters['pad']
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    for i, image in enumerate(A_prev):
        padded = np.pad(image, ((pad, pad), (pad, pad), (0, 0)))
        for h in range(n_H):
            for w in range(n_W):
                patch = padded[h * stride:h * stride + f, w * stride:w * stride + f]
                for c in range(n_C):
                    Z[i, h, w, c] = conv_single_step(patch, W[..., c], b[..., c])

        cache = (A_prev, W, b, hparameters)
        return Z, cache
