# mistakes: distribute_value/ignores_dz, distribute_value/sum_of_sides
import numpy as np


def distribute_value(dz, shape):
    (n_H, n_W) = shape
    average = np.ones((n_H, n_W)) / (n_H + n_W)
    return average
