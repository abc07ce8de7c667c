# mistakes: distribute_value/floored
import numpy as np

def distribute_value(dz, shape):
    pay = np.zeros(shape, dtype=int)
    for p in np.ndindex(*shape):
        pay[p] = dz / pay.size
    return pay
