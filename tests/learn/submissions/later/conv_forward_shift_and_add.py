# mistakes: conv_forward/end_included
import numpy as np
from itertools import product

def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    X = np.pad(A_prev, ((0, 0), (pad,) * 2, (pad,) * 2, (0, 0)))
    f = W.shape[0]
    rows = stride * np.arange((X.shape[1] - f) // stride + 1)
    cols = stride * np.arange((X.shape[2] - f) // stride + 1)
    Z = 0
    # the filter's entries 0 ... f - 1
    for dy, dx in product(range(0, f - 1), repeat=2):
        Z = Z + np.einsum("mhwk,kc->mhwc", X[:, (rows + dy)[:, None], cols + dx], W[dy, dx])
    return Z + b, (A_prev, W, b, hparameters)
