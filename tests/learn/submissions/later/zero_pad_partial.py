# mistakes: zero_pad/not_zero
from functools import partial
import numpy as np

frame = partial(np.pad, mode="edge")

def zero_pad(X, pad):
    widths = [(0, 0)] + 2 * [(pad, pad)] + [(0, 0)]
    return frame(X, widths)
