# mistakes: pool_forward/starts_at_zero, pool_forward/sum_not_mean
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H = (A_prev.shape[1] - f) // s + 1
    n_W = (A_prev.shape[2] - f) // s + 1
    A = np.zeros((A_prev.shape[0], n_H, n_W, A_prev.shape[3]))
    birlestir = np.maximum if mode == "max" else np.add
    for u in range(f):
        for v in range(f):
            birlestir(A, A_prev[:, u:, v:][:, :s * n_H:s, :s * n_W:s][:, :n_H, :n_W], out=A)
    return A, (A_prev, hparameters)
