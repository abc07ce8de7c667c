# mistakes: distribute_value/ignores_dz
import numpy as np


def distribute_value(dz, shape):
    a = np.ones(shape)
    return a / a.sum()
