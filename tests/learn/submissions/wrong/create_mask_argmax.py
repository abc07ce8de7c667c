# mistakes: create_mask_from_window/argmax
import numpy as np


def create_mask_from_window(x):
    mask = np.zeros(x.size, dtype=bool)
    mask[np.argmax(x)] = True
    return mask.reshape(x.shape)
