# mistakes: create_mask_from_window/minimum
import numpy as np


def create_mask_from_window(x):
    return np.logical_not(x > np.sort(x.flatten())[0])
