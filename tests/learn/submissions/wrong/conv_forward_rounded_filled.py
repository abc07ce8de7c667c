# mistakes: conv_forward/rounded
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, H, Wd, C = A_prev.shape
    f = W.shape[0]
    n_H = -(-(H + 2 * p - f) // s) + 1      # ceil
    n_W = -(-(Wd + 2 * p - f) // s) + 1
    # enough room for the last window
    room = np.zeros((m, (n_H - 1) * s + f, (n_W - 1) * s + f, C))
    room[:, p:p + H, p:p + Wd] = A_prev
    Z = np.zeros((m, n_H, n_W, W.shape[3])) + b
    for u in range(f):
        for v in range(f):
            Z += room[:, u:u + (n_H - 1) * s + 1:s, v:v + (n_W - 1) * s + 1:s] @ W[u, v]
    return Z, (A_prev, W, b, hparameters)
