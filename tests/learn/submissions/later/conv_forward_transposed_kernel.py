# mistakes: conv_forward/flipped, conv_forward/no_cache
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view as pencereler

def conv_forward(A_prev, W, b, hparameters):
    adim, dolgu = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    A = np.pad(A_prev, ((0, 0), (dolgu, dolgu), (dolgu, dolgu), (0, 0)))
    P = pencereler(A, (f, f), (1, 2))[:, ::adim, ::adim]         # (m, n_H, n_W, n_C_prev, f, f)
    cekirdek = W.T                                               # (n_C, n_C_prev, f, f)
    Z = np.tensordot(P, cekirdek, axes=((3, 4, 5), (1, 2, 3))) + b
    return Z
