# mistakes: pool_forward/rounded
import math


from numpy import zeros


def pool_forward(girdi, ayarlar, mode="max"):
    f, adim = ayarlar["f"], ayarlar["stride"]
    ornek, yuk, gen, kanal = girdi.shape
    n_H, n_W = math.ceil((yuk - f) / adim + 1), math.ceil((gen - f) / adim + 1)
    cikti = zeros((ornek, n_H, n_W, kanal))
    for i in range(ornek):
        for k in range(kanal):
            for h in range(n_H):
                for w in range(n_W):
                    sayilar = [girdi[i, y, x, k] for y in range(h * adim, min(h * adim + f, yuk))
                               for x in range(w * adim, min(w * adim + f, gen))]
                    cikti[i, h, w, k] = max(sayilar) if mode == "max" else sum(sayilar) / len(sayilar)
    return cikti, (girdi, ayarlar)
