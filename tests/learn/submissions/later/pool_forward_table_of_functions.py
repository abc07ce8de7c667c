# mistakes: pool_forward/modes_swapped
import numpy as np

ISLEMLER = dict(zip(("max", "average"), (np.mean, np.max)))

def pool_forward(A_prev, hparameters, mode="max"):
    f = hparameters["f"]
    adim = hparameters["stride"]
    islem = ISLEMLER[mode]
    satir = range(0, A_prev.shape[1] - f + 1, adim)
    sutun = range(0, A_prev.shape[2] - f + 1, adim)
    A = np.stack([np.stack([islem(A_prev[:, y:y + f, x:x + f], axis=(1, 2)) for x in sutun], axis=1)
                  for y in satir], axis=1)
    return A, (A_prev, hparameters)
