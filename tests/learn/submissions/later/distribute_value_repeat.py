# mistakes: distribute_value/undivided, distribute_value/flat
import numpy as np

def distribute_value(dz, shape):
    adet = shape[0] * shape[1]
    return np.repeat(dz, adet)
