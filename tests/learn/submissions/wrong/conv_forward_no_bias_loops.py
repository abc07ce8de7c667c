# mistakes: conv_forward/no_bias
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    adim = hparameters['stride']
    dolgu = hparameters['pad']
    m, yuk, gen, kanal = A_prev.shape
    f, f, kanal, suzgec_sayisi = W.shape
    n_H = (yuk + 2 * dolgu - f) // adim + 1
    n_W = (gen + 2 * dolgu - f) // adim + 1
    Z = np.zeros((m, n_H, n_W, suzgec_sayisi))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for u in range(f):
                    for v in range(f):
                        y, x = h * adim + u - dolgu, w * adim + v - dolgu
                        if y < 0 or x < 0 or y >= yuk or x >= gen:
                            continue
                        Z[i, h, w] += A_prev[i, y, x] @ W[u, v]
    return Z, (A_prev, W, b, hparameters)
