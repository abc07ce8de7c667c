# mistakes: conv_single_step/bias_misused
import numpy as np

def conv_single_step(a_slice_prev, W, b):
    acc = b[0][0][0]
    for row_a, row_w in zip(a_slice_prev, W):
        for pixel_a, pixel_w in zip(row_a, row_w):
            acc = acc + np.dot(pixel_a, pixel_w)
    Z = acc + b[0][0][0]
    return Z
