# mistakes: pool_forward/starts_at_zero, pool_forward/sum_not_mean
import numpy as np

def pool_forward(A_prev, hparameters, mode="max"):
    f, adim = hparameters["f"], hparameters["stride"]
    m, H, G, K = A_prev.shape
    n_H, n_W = (H - f) // adim + 1, (G - f) // adim + 1
    en_buyuk = np.zeros((m, n_H, n_W, K))
    toplam = np.zeros((m, n_H, n_W, K))
    for y in range(f):
        for x in range(f):
            dilim = A_prev[:, y:y + adim * n_H:adim, x:x + adim * n_W:adim]
            en_buyuk = np.where(dilim > en_buyuk, dilim, en_buyuk)
            toplam += dilim
    A = en_buyuk if mode == "max" else toplam / f
    return A, (A_prev, hparameters)
