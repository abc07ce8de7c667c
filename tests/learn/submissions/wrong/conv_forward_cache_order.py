# mistakes: conv_forward/cache_order
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters['stride'], hparameters['pad']
    f, _, k, n_C = W.shape
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    rows = range(0, X.shape[1] - f + 1, s)
    cols = range(0, X.shape[2] - f + 1, s)
    flat = np.stack([X[:, r:r + f, c:c + f].reshape(-1, f * f * k) for r in rows for c in cols], axis=1)
    Z = flat @ W.reshape(f * f * k, n_C) + b[0, 0]
    return Z.reshape(-1, len(rows), len(cols), n_C), (W, b, A_prev, hparameters)
