# mistakes: conv_single_step/no_product
def conv_single_step(a_slice_prev, W, b):
    total = b[0, 0, 0]
    for row in a_slice_prev:
        for pixel in row:
            total = total + pixel.sum()
    return total
