# mistakes: pool_forward/starts_at_zero
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    n_H, n_W = (H - f) // stride + 1, (W - f) // stride + 1
    A = np.zeros((m, n_H, n_W, C))
    for i, h, w, c in np.ndindex(m, n_H, n_W, C):
        en_buyuk = 0
        toplam = 0
        for u in range(f):
            for v in range(f):
                deger = A_prev[i, h * stride + u, w * stride + v, c]
                toplam += deger
                if deger > en_buyuk:
                    en_buyuk = deger
        A[i, h, w, c] = en_buyuk if mode == "max" else toplam / f ** 2
    return A, (A_prev, hparameters)
