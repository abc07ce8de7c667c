# mistakes: distribute_value/one_side
import numpy as np


def distribute_value(dz, shape):
    a = np.zeros(shape)
    a[:] = dz / len(a)
    return a
