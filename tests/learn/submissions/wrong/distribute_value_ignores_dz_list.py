# mistakes: distribute_value/ignores_dz
import numpy as np


def distribute_value(dz, shape):
    n_H, n_W = shape
    pay = 1 / (n_H * n_W)
    return np.array([[pay] * n_W] * n_H)
