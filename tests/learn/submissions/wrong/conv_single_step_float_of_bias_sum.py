# mistakes: conv_single_step/float_of_bias
import math


def conv_single_step(a_slice_prev, W, b):
    products = [x * w for x, w in zip(a_slice_prev.flat, W.flat)]
    return type(products[0])(math.fsum(products) + float(b))
