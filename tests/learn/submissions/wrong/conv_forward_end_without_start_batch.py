# mistakes: conv_forward/end_without_start
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters['stride'], hparameters['pad']
    f, n_C = W.shape[0], W.shape[3]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    rows = [(h * s, h + f) for h in range((X.shape[1] - f) // s + 1)]
    cols = [(w * s, w + f) for w in range((X.shape[2] - f) // s + 1)]
    Z = np.zeros((X.shape[0], len(rows), len(cols), n_C))
    for h, (top, bottom) in enumerate(rows):
        for w, (left, right) in enumerate(cols):
            block = X[:, top:bottom, left:right, :]
            Z[:, h, w] = np.tensordot(block, W, axes=3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)
