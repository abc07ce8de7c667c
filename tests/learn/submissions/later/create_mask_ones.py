# mistakes: create_mask_from_window/numbers
import numpy as np

def create_mask_from_window(x):
    tepe = np.amax(x)
    maske = [[1 if deger == tepe else 0 for deger in satir] for satir in x]
    return np.array(maske)
