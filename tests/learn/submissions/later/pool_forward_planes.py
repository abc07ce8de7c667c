# mistakes: pool_forward/channel_zero, pool_forward/no_stride
import numpy as np

class Pencere:
    def __init__(self, f, adim):
        self.f, self.adim = f, adim

    def sayi(self, n):
        return (n - self.f) // self.adim + 1

    def kes(self, duzlem, h, w):
        ust, sol = h, w
        return duzlem[..., ust:ust + self.f, sol:sol + self.f]

def pool_forward(A_prev, hparameters, mode="max"):
    p = Pencere(hparameters["f"], hparameters["stride"])
    duzlemler = A_prev.transpose(3, 0, 1, 2)                     # n_C, m, n_H_prev, n_W_prev
    n_C, m, H, G = duzlemler.shape
    A = np.zeros((m, p.sayi(H), p.sayi(G), n_C))
    for c in range(n_C):
        for h in range(A.shape[1]):
            for w in range(A.shape[2]):
                parca = p.kes(duzlemler[0], h, w).reshape(m, -1)
                A[:, h, w, c] = parca.max(axis=1) if mode == "max" else parca.mean(axis=1)
    return A, (A_prev, hparameters)
