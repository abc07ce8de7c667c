# mistakes: pool_backward/divided_by_f
import numpy as np
from itertools import product

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, adim = hparameters["f"], hparameters["stride"]
    n_H, n_W = dA.shape[1:3]
    parcalar = [np.s_[:, p:p + n_H * adim:adim, q:q + n_W * adim:adim] for p, q in product(range(f), range(f))]
    en_buyuk = np.max([A_prev[p] for p in parcalar], axis=0)
    turev = np.zeros(A_prev.shape)
    for p in parcalar:
        pay = (A_prev[p] == en_buyuk) if mode == "max" else 1 / f
        turev[p] += pay * dA
    return turev
