# mistakes: zero_pad/one_side
import numpy as np

def zero_pad(X, pad):
    m, n_H, n_W, n_C = X.shape
    H, W = n_H + pad, n_W + pad
    flat = np.zeros(m * H * W * n_C)
    for i, r, s, k in np.ndindex(m, n_H, n_W, n_C):
        where = ((i * H + r + pad) * W + s + pad) * n_C + k
        flat[where] = X[i, r, s, k]
    return flat.reshape(m, H, W, n_C)
