# mistakes: distribute_value/undivided
import numpy as np


def distribute_value(dz, shape):
    return np.tile(dz, shape) * 1.0
