# mistakes: conv_single_step/not_summed
def conv_single_step(a_slice_prev, W, b):
    s = a_slice_prev * W
    return s + b
