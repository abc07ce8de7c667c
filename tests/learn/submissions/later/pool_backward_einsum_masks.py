# mistakes: pool_backward/ignores_dA, pool_backward/divided_by_output
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    V = sliding_window_view(A_prev, (f, f), axis=(1, 2))[:, ::stride, ::stride]    # m h w c p q
    if mode == "max":
        masks = (V == V.max(axis=(4, 5), keepdims=True)).astype(float)
        parts = masks
    else:
        share = dA / (n_H * n_W)
        parts = np.broadcast_to(share[..., None, None], V.shape)
    dA_prev = np.zeros(A_prev.shape)
    for p in range(f):
        for q in range(f):
            dA_prev[:, p:p + stride * n_H:stride, q:q + stride * n_W:stride] += parts[..., p, q]
    return dA_prev
