# mistakes: conv_forward/no_stride
import numpy as np


def conv_forward(girdi, W, b, ayarlar):
    adim, dolgu = ayarlar['stride'], ayarlar['pad']
    dolgulu = np.pad(girdi, ((0, 0), (dolgu, dolgu), (dolgu, dolgu), (0, 0)))
    f = len(W)
    n_H = (dolgulu.shape[1] - f) // adim + 1
    n_W = (dolgulu.shape[2] - f) // adim + 1
    Z = np.zeros((len(girdi), n_H, n_W, W.shape[-1]))
    for u in range(f):
        for v in range(f):
            Z = Z + np.dot(dolgulu[:, u:u + n_H, v:v + n_W], W[u, v])
    return Z + b, (girdi, W, b, ayarlar)
