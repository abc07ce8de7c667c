# mistakes: conv_backward/db_overcounted
import numpy as np


def conv_backward(dZ, saklanan):
    girdi, W, b, ayarlar = saklanan
    adim, dolgu, f = ayarlar['stride'], ayarlar['pad'], W.shape[0]
    m, yuk, gen, kanal = girdi.shape
    dgirdi, dW, db = np.zeros(girdi.shape), np.zeros(W.shape), np.zeros(b.shape)
    for i, h, w in np.ndindex(dZ.shape[:3]):
        for u in range(f):
            for v in range(f):
                db[0, 0, 0] += dZ[i, h, w]
                y, x = h * adim + u - dolgu, w * adim + v - dolgu
                if 0 <= y < yuk and 0 <= x < gen:
                    dgirdi[i, y, x] += W[u, v] @ dZ[i, h, w]
                    dW[u, v] += np.outer(girdi[i, y, x], dZ[i, h, w])
    return dgirdi, dW, db
