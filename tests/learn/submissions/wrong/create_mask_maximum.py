# mistakes: create_mask_from_window/maximum
import numpy as np


def create_mask_from_window(x):
    mask = np.max(x)
    return mask
