# mistakes: conv_forward/one_bias
import numpy as np

def gather(X, f, s):
    r = np.arange(0, X.shape[1] - f + 1, s)
    c = np.arange(0, X.shape[2] - f + 1, s)
    k = np.arange(f)
    R = r[:, None, None, None] + k[:, None]      # n_H, 1, f, 1
    C = c[:, None, None] + k                     # n_W, 1, f
    return X[:, R, C]                            # m, n_H, n_W, f, f, n_C_prev

def conv_forward(A_prev, W, b, hparameters):
    pad = hparameters["pad"]
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    G = gather(X, W.shape[0], hparameters["stride"])
    Z = np.tensordot(G, W, 3)
    Z = Z + b[0, 0, 0, 0]
    return Z, (A_prev, W, b, hparameters)
