# mistakes: conv_forward/swapped_axes
import numpy as np

def im2col(X, f, stride):
    m, H, W, C = X.shape
    n_H = (H - f) // stride + 1
    n_W = (W - f) // stride + 1
    sutunlar = []
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                sutunlar.append(X[i, h * stride:h * stride + f, w * stride:w * stride + f, :].ravel())
    return np.stack(sutunlar), n_H, n_W

def conv_forward(A_prev, W, b, hparameters):
    pad = hparameters["pad"]
    dolgulu = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    f, _, _, n_C = W.shape
    cols, n_H, n_W = im2col(dolgulu, f, hparameters["stride"])
    Z = cols @ W.reshape(-1, n_C) + b.reshape(1, n_C)
    Z = Z.reshape(A_prev.shape[0], n_W, n_H, n_C)
    return Z, (A_prev, W, b, hparameters)
