# mistakes: pool_backward/assigns
import numpy as np

def create_mask_from_window(x):
    return x == x.max()

def distribute_value(dz, shape):
    return np.full(shape, dz / np.prod(shape))

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        kutu = (i, slice(h * s, h * s + f), slice(w * s, w * s + f), c)
        dz = dA[i, h, w, c]
        if mode == "max":
            dA_prev[kutu] = create_mask_from_window(A_prev[kutu]) * dz
        else:
            dA_prev[kutu] = distribute_value(dz, (f, f))
    return dA_prev
