# mistakes: conv_single_step/not_summed
import numpy as np

def conv_single_step(a_slice_prev, W, b):
    bias = b.item()
    per_channel = np.einsum("pqc,pqc->c", a_slice_prev, W)
    return per_channel + bias
