# mistakes: conv_forward/mean, conv_forward/cache_order
import numpy as np

def conv_forward(A_prev, W, b, hparameters):
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    f = W.shape[0]
    rows = list(range(0, X.shape[1] - f + 1, stride))
    cols = list(range(0, X.shape[2] - f + 1, stride))
    Z = np.zeros((X.shape[0], len(rows), len(cols), W.shape[3]))
    for h, r in enumerate(rows):
        for w, s in enumerate(cols):
            products = X[:, r:r + f, s:s + f, :, np.newaxis] * W     # m, f, f, n_C_prev, n_C
            Z[:, h, w, :] = products.mean(axis=(1, 2, 3)) + b.flatten()
    cache = (W, b, A_prev, hparameters)
    return Z, cache
