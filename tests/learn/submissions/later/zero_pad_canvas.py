# mistakes: zero_pad/corner
import numpy as np

def blank(m, rows, cols, channels):
    return np.zeros((m, rows, cols, channels))

def zero_pad(X, pad):
    m, rows, cols, channels = X.shape
    canvas = blank(m, rows + 2 * pad, cols + 2 * pad, channels)
    canvas[:, :rows, :cols, :] = X
    return canvas
