# mistakes: conv_single_step/float_of_bias
from operator import mul
import numpy as np

def conv_single_step(a_slice_prev, W, b):
    products = map(mul, a_slice_prev.flat, W.flat)
    return np.float64(sum(products) + float(b))
