# mistakes: create_mask_from_window/argmax
import numpy as np


def create_mask_from_window(x):
    return np.arange(x.size).reshape(x.shape) == x.argmax()
