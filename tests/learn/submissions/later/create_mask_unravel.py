# mistakes: create_mask_from_window/argmax
import numpy as np

def create_mask_from_window(x):
    mask = np.zeros(x.shape, dtype=bool)
    mask[np.unravel_index(x.argmax(), x.shape)] = True
    return mask
