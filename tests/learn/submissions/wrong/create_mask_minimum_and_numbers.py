# mistakes: create_mask_from_window/minimum, create_mask_from_window/numbers
import numpy as np


def create_mask_from_window(x):
    return (x == np.min(x)) * 1.0
