# mistakes: zero_pad/one_side_after
import numpy as np


def zero_pad(goruntuler, dolgu):
    m, satir, sutun, kanal = goruntuler.shape
    sonuc = np.zeros((m, satir + dolgu, sutun + dolgu, kanal))
    for r in range(satir):
        for s in range(sutun):
            sonuc[:, r, s, :] = goruntuler[:, r, s, :]
    return sonuc
