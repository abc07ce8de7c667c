# mistakes: distribute_value/scalar
import numpy as np

def distribute_value(dz, shape):
    average = dz / np.multiply(*shape)
    a = np.ones(shape) * average
    return average
