# mistakes: conv_forward/pad_once
import numpy as np
from numpy.lib.stride_tricks import as_strided

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def conv_forward(A_prev, W, b, hparameters):
    st, pad = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    n_H = 1 + (n_H_prev + pad - f) // st
    n_W = 1 + (n_W_prev + pad - f) // st
    X = zero_pad(A_prev, pad)
    s0, s1, s2, s3 = X.strides
    patches = as_strided(X, (m, n_H, n_W, f, f, n_C_prev), (s0, s1 * st, s2 * st, s1, s2, s3))
    Z = patches.reshape(m, n_H, n_W, -1) @ W.reshape(-1, n_C)
    Z += b
    return Z, (A_prev, W, b, hparameters)
