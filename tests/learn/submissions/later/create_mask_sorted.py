# mistakes: create_mask_from_window/maximum
import numpy as np

def create_mask_from_window(x):
    en_buyuk = sorted(x.ravel())[-1]
    return np.where(x == en_buyuk, x, 0)
