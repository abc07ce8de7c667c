# mistakes: conv_single_step/returns_array
def conv_single_step(a_slice_prev, W, b):
    z = (a_slice_prev * W).sum(axis=(0, 1, 2), keepdims=True)
    z += b
    return z
