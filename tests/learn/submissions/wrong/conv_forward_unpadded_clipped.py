# mistakes: conv_forward/unpadded
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    m, H, Wd, C = A_prev.shape
    f = W.shape[0]
    s = hparameters['stride']
    n_H = (H + 2 * hparameters['pad'] - f) // s + 1
    n_W = (Wd + 2 * hparameters['pad'] - f) // s + 1
    Z = np.zeros((m, n_H, n_W, W.shape[3]))
    for h in range(n_H):
        for w in range(n_W):
            block = A_prev[:, h * s:h * s + f, w * s:w * s + f]
            # at the border the block is smaller than the filter, so I cut the filter to fit
            part = W[:block.shape[1], :block.shape[2]]
            Z[:, h, w] = np.einsum('muvk,uvkc->mc', block, part) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)
