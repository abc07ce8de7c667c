# mistakes: pool_backward/mode_unknown
import numpy as np

def create_mask_from_window(x):
    return np.equal(x, np.max(x))

def yay(harita, f, adim, boy, en):
    """her girdiyi f x f kareye yayar"""
    sonuc = np.zeros((boy, en))
    for h, satir in enumerate(harita):
        for w, deger in enumerate(satir):
            sonuc[h * adim:h * adim + f, w * adim:w * adim + f] += np.kron(deger, np.ones((f, f))) / f / f
    return sonuc

def en_buyuge(harita, girdi, f, adim):
    sonuc = np.zeros(girdi.shape)
    for h, satir in enumerate(harita):
        for w, deger in enumerate(satir):
            pencere = np.s_[h * adim:h * adim + f, w * adim:w * adim + f]
            sonuc[pencere] += deger * create_mask_from_window(girdi[pencere])
    return sonuc

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, adim = hparameters["f"], hparameters["stride"]
    m, boy, en, kanal = A_prev.shape
    dA_prev = np.zeros((m, boy, en, kanal))
    for i, c in np.ndindex(m, kanal):
        if mode == "max":
            dA_prev[i, ..., c] = en_buyuge(dA[i, ..., c], A_prev[i, ..., c], f, adim)
        if mode == "avarage":
            dA_prev[i, ..., c] = yay(dA[i, ..., c], f, adim, boy, en)
    return dA_prev
