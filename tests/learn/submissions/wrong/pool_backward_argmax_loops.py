# mistakes: pool_backward/argmax
import numpy as np


def pool_backward(dA, saklanan, mode="max"):
    girdi, ayarlar = saklanan
    f, adim = ayarlar["f"], ayarlar["stride"]
    dgirdi = np.zeros(girdi.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        pikseller = [(h * adim + u, w * adim + v) for u in range(f) for v in range(f)]
        if mode == "max":
            y, x = max(pikseller, key=lambda yer: girdi[i, yer[0], yer[1], c])
            dgirdi[i, y, x, c] += dA[i, h, w, c]
        else:
            for y, x in pikseller:
                dgirdi[i, y, x, c] += dA[i, h, w, c] / len(pikseller)
    return dgirdi
