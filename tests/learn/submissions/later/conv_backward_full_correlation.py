# mistakes: conv_backward/flipped
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def spread(dZ, stride, height, width):
    """zeros between the entries of dZ when the stride is larger than 1"""
    out = np.zeros((dZ.shape[0], height, width, dZ.shape[3]))
    out[:, :stride * dZ.shape[1]:stride, :stride * dZ.shape[2]:stride] = dZ
    return out

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    G = spread(dZ, stride, X.shape[1] - f + 1, X.shape[2] - f + 1)
    # filter gradient: correlate the input with G
    dW = np.einsum("mpqkhw,mhwc->pqkc", sliding_window_view(X, G.shape[1:3], (1, 2)), G)
    # input gradient: "full" correlation of G with the filters
    G = np.pad(G, ((0, 0), (f - 1, f - 1), (f - 1, f - 1), (0, 0)))
    dX = np.einsum("mhwcpq,pqkc->mhwk", sliding_window_view(G, (f, f), (1, 2)), W)
    dA_prev = dX[:, pad:X.shape[1] - pad, pad:X.shape[2] - pad]
    db = dZ.sum((0, 1, 2), keepdims=True)
    return dA_prev, dW, db
