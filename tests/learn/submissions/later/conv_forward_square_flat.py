# mistakes: conv_forward/square, conv_forward/plus_one_inside
import numpy as np

def out_size(n, f, pad, stride):
    return (n + 2 * pad - f + 1) // stride

def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, n_C = W.shape[0], W.shape[3]
    n_H = out_size(A_prev.shape[1], f, pad, stride)
    n_W = n_H
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    Z = np.zeros((len(X), n_H * n_W, n_C))
    for k in range(n_H * n_W):
        r, s = stride * (k // n_W), stride * (k % n_W)
        Z[:, k] = np.einsum("ipqd,pqdc->ic", X[:, r:r + f, s:s + f], W)
    Z = Z.reshape(len(X), n_H, n_W, n_C) + b
    return Z, (A_prev, W, b, hparameters)
