# mistakes: create_mask_from_window/argmax, create_mask_from_window/numbers
import numpy as np


def create_mask_from_window(x):
    maske = np.zeros(x.shape)
    satir, sutun = np.unravel_index(np.argmax(x), x.shape)
    maske[satir, sutun] = 1.0
    return maske
