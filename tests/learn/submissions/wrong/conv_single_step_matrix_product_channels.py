# mistakes: conv_single_step/matrix_product
def conv_single_step(x, w, b):
    # kanal kanal çarpıp topluyorum
    toplam = b[0, 0, 0]
    for k in range(x.shape[2]):
        toplam = toplam + (x[:, :, k] @ w[:, :, k]).sum()
    return toplam
