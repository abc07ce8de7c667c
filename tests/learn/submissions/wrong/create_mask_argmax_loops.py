# mistakes: create_mask_from_window/argmax
import numpy as np


def create_mask_from_window(x):
    best, yer = -np.inf, None
    for konum in np.ndindex(x.shape):
        if x[konum] > best:
            best, yer = x[konum], konum
    maske = np.full(x.shape, False)
    maske[yer] = True
    return maske
