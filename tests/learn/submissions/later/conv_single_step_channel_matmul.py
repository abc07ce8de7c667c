# mistakes: conv_single_step/matrix_product
import numpy as np

def one_channel(a, w):
    return (a @ w).sum()

def conv_single_step(a_slice_prev, W, b):
    kanallar = range(W.shape[-1])
    Z = sum(one_channel(a_slice_prev[..., k], W[..., k]) for k in kanallar)
    return Z + b[0, 0, 0]
