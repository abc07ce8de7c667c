# mistakes: create_mask_from_window/never_true
import numpy as np

def create_mask_from_window(x):
    others = x.max()
    return np.greater(x, others)
