# mistakes: conv_backward/one_filter, conv_backward/db_mean
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    adim, dolgu, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    dolgulu = np.pad(A_prev, ((0, 0), (dolgu, dolgu), (dolgu, dolgu), (0, 0)))
    d_dolgulu, dW, db = np.zeros(dolgulu.shape), np.zeros(W.shape), np.zeros(b.shape)
    for (i, h, w, c), gelen in np.ndenumerate(dZ):
        satir = slice(h * adim, h * adim + f)
        sutun = slice(w * adim, w * adim + f)
        d_dolgulu[i, satir, sutun] += W[:, :, :, 0] * gelen
        dW[:, :, :, c] += dolgulu[i, satir, sutun] * gelen
        db[0, 0, 0, c] += gelen
    db /= m
    return d_dolgulu[:, dolgu:dolgu + A_prev.shape[1], dolgu:dolgu + A_prev.shape[2]], dW, db
