# mistakes: conv_forward/one_filter
import numpy as np

def conv_forward(A_prev, W, b, hparameters):
    stride = hparameters['stride']
    pad = hparameters['pad']
    X = np.pad(A_prev, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
    m, H, Wd, _ = X.shape
    f, n_C = W.shape[0], W.shape[3]
    out_h, out_w = (H - f) // stride + 1, (Wd - f) // stride + 1
    Z = np.empty((m, out_h, out_w, n_C))
    for r in range(out_h):
        for s in range(out_w):
            patch = X[:, r * stride:r * stride + f, s * stride:s * stride + f]
            for k in range(n_C):
                Z[:, r, s, k] = np.tensordot(patch, W[:, :, :, 0], 3) + b[0, 0, 0, k]
    cache = (A_prev, W, b, hparameters)
    return Z, cache
