# mistakes: pool_backward/undivided
import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = dA.shape[1:3]
    place = lambda u, v: np.s_[:, u:u + s * (n_H - 1) + 1:s, v:v + s * (n_W - 1) + 1:s]
    spots = [place(u, v) for u in range(f) for v in range(f)]
    top = np.max([A_prev[spot] for spot in spots], axis=0)
    out = np.zeros(A_prev.shape)
    for spot in spots:
        out[spot] += np.where(A_prev[spot] == top, dA, 0) if mode == "max" else dA
    return out
