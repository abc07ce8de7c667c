# mistakes: create_mask_from_window/absolute, create_mask_from_window/numbers
import numpy as np

def create_mask_from_window(x):
    buyukluk = np.abs(x)
    mask = np.zeros_like(x, dtype=float)
    for konum, deger in np.ndenumerate(buyukluk):
        if deger == buyukluk.max():
            mask[konum] = 1
    return mask
