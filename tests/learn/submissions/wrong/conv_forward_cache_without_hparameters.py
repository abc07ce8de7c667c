# mistakes: conv_forward/no_cache
import numpy as np


def conv_forward(girdi, W, b, ayarlar):
    adim, dolgu = ayarlar['stride'], ayarlar['pad']
    f = W.shape[0]
    X = np.pad(girdi, ((0, 0), (dolgu, dolgu), (dolgu, dolgu), (0, 0)))
    n_H = (X.shape[1] - f) // adim + 1
    n_W = (X.shape[2] - f) // adim + 1
    Z = b + np.zeros((len(X), n_H, n_W, 1))
    for u in range(f):
        for v in range(f):
            for k in range(W.shape[2]):
                parca = X[:, u:u + adim * n_H:adim, v:v + adim * n_W:adim, k][:, :n_H, :n_W]
                Z += parca[..., None] * W[u, v, k]
    return Z, (girdi, W, b)
