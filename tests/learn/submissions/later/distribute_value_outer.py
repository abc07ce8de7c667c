# mistakes: distribute_value/ignores_dz
import numpy as np

def distribute_value(dz, shape):
    rows, cols = shape
    u = np.full(rows, 1 / rows)
    v = np.full(cols, 1 / cols)
    return np.outer(u, v)
