# mistakes: conv_forward/exchanged
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="constant")

def places(n_H, n_W, stride):
    """gives an output position and the corner of its window"""
    for h in range(n_H):
        for w in range(n_W):
            yield h, w, w * stride, h * stride

def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    X = zero_pad(A_prev, pad)
    n_H, n_W = (X.shape[1] - f) // stride + 1, (X.shape[2] - f) // stride + 1
    Z = np.zeros((X.shape[0], n_H, n_W, W.shape[3]))
    for h, w, top, left in places(n_H, n_W, stride):
        window = X[:, top:top + f, left:left + f, :]
        Z[:, h, w, :] = np.tensordot(window, W, axes=([1, 2, 3], [0, 1, 2])) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)
