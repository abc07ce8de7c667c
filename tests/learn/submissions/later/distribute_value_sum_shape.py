# mistakes: distribute_value/sum_of_sides
import numpy as np

def distribute_value(dz, shape):
    n = sum(shape)
    return np.broadcast_to(dz / n, shape).copy()
