# mistakes: distribute_value/one_side
import numpy as np

def distribute_value(dz, shape):
    f = shape[0]
    return np.ones(shape) / f * dz
