# mistakes: conv_single_step/flipped
import numpy as np

def conv_single_step(a_slice_prev, W, b):
    kernel = np.rot90(W, 2)   # a real convolution
    return np.vdot(a_slice_prev.ravel(), kernel.ravel()) + b.ravel()[0]
