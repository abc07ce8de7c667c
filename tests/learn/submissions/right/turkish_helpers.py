# Ayşe'nin ödevi - numpy'dan yalnız dizi açmak için yararlandım, gerisi düz döngü
from numpy import zeros


def cikti_boyu(girdi_boyu, suzgec_boyu, adim):
    return (girdi_boyu - suzgec_boyu) // adim + 1


def kose(konum, adim, boy):
    """Pencerenin bir eksendeki indisleri."""
    bas = konum * adim
    return range(bas, bas + boy)


def carpim_toplami(pencere, suzgec):
    toplam = 0.0
    satir, sutun, kanal = suzgec.shape
    for r in range(satir):
        for s in range(sutun):
            for k in range(kanal):
                toplam += pencere[r, s, k] * suzgec[r, s, k]
    return toplam


def zero_pad(goruntuler, dolgu):
    ornek, yukseklik, genislik, kanal = goruntuler.shape
    sonuc = zeros((ornek, yukseklik + 2 * dolgu, genislik + 2 * dolgu, kanal), goruntuler.dtype)
    for o in range(ornek):
        for y in range(yukseklik):
            for g in range(genislik):
                for k in range(kanal):
                    sonuc[o, y + dolgu, g + dolgu, k] = goruntuler[o, y, g, k]
    return sonuc


def conv_single_step(pencere, suzgec, yanlilik):
    return carpim_toplami(pencere, suzgec) + yanlilik[0][0][0]


def conv_forward(girdi, suzgecler, yanliliklar, ayarlar):
    adim = ayarlar['stride']
    dolgulu = zero_pad(girdi, ayarlar['pad'])
    ornek, yukseklik, genislik, _ = dolgulu.shape
    boy, _, _, suzgec_sayisi = suzgecler.shape
    cikti = zeros((ornek, cikti_boyu(yukseklik, boy, adim), cikti_boyu(genislik, boy, adim), suzgec_sayisi))
    for o in range(ornek):
        for y in range(cikti.shape[1]):
            for g in range(cikti.shape[2]):
                # pencerenin sol üst köşesi (y * adim, g * adim)
                pencere = dolgulu[o, y * adim:y * adim + boy, g * adim:g * adim + boy]
                for s in range(suzgec_sayisi):
                    cikti[o, y, g, s] = conv_single_step(pencere, suzgecler[..., s], yanliliklar[..., s])
    return cikti, (girdi, suzgecler, yanliliklar, ayarlar)


def conv_backward(dZ, saklanan):
    girdi, suzgecler, yanliliklar, ayarlar = saklanan
    adim, dolgu = ayarlar['stride'], ayarlar['pad']
    boy, _, kanal_sayisi, suzgec_sayisi = suzgecler.shape
    ornek, yukseklik, genislik, _ = girdi.shape
    dgirdi = zeros(girdi.shape)
    dsuzgec = zeros(suzgecler.shape)
    dyanlilik = zeros(yanliliklar.shape)
    for o in range(ornek):
        for y in range(dZ.shape[1]):
            for g in range(dZ.shape[2]):
                for s in range(suzgec_sayisi):
                    gelen = dZ[o, y, g, s]
                    dyanlilik[0, 0, 0, s] += gelen
                    for u in range(boy):
                        for v in range(boy):
                            # dolgusuz görüntüdeki yer; dolguya düşen pikseller 0'dır, gradyanları atılır
                            r, t = y * adim + u - dolgu, g * adim + v - dolgu
                            if 0 <= r < yukseklik and 0 <= t < genislik:
                                for k in range(kanal_sayisi):
                                    dgirdi[o, r, t, k] += suzgecler[u, v, k, s] * gelen
                                    dsuzgec[u, v, k, s] += girdi[o, r, t, k] * gelen
    return dgirdi, dsuzgec, dyanlilik


def pool_forward(girdi, ayarlar, mode='max'):
    boy, adim = ayarlar['f'], ayarlar['stride']
    ornek, yukseklik, genislik, kanal = girdi.shape
    cikti = zeros((ornek, cikti_boyu(yukseklik, boy, adim), cikti_boyu(genislik, boy, adim), kanal))
    for o in range(ornek):
        for y in range(cikti.shape[1]):
            for g in range(cikti.shape[2]):
                for k in range(kanal):
                    degerler = [girdi[o, r, t, k] for r in kose(y, adim, boy) for t in kose(g, adim, boy)]
                    if mode == 'max':
                        cikti[o, y, g, k] = max(degerler)
                    else:
                        cikti[o, y, g, k] = sum(degerler) / len(degerler)
    return cikti, (girdi, ayarlar)


def create_mask_from_window(x):
    maske = zeros(x.shape, bool)
    en_buyuk = max(x.flat)
    for yer in range(x.size):
        maske.flat[yer] = x.flat[yer] == en_buyuk
    return maske


def distribute_value(dz, boyut):
    sonuc = zeros(boyut)
    for r in range(boyut[0]):
        for t in range(boyut[1]):
            sonuc[r, t] = dz / (boyut[0] * boyut[1])
    return sonuc


def pool_backward(dA, saklanan, mode='max'):
    girdi, ayarlar = saklanan
    boy, adim = ayarlar['f'], ayarlar['stride']
    dgirdi = zeros(girdi.shape)
    for o in range(dA.shape[0]):
        for y in range(dA.shape[1]):
            for g in range(dA.shape[2]):
                for k in range(dA.shape[3]):
                    yerler = [(r, t) for r in kose(y, adim, boy) for t in kose(g, adim, boy)]
                    if mode == 'max':
                        tepe = max(girdi[o, r, t, k] for r, t in yerler)
                        for r, t in yerler:
                            if girdi[o, r, t, k] == tepe:
                                dgirdi[o, r, t, k] += dA[o, y, g, k]
                    else:
                        for r, t in yerler:
                            dgirdi[o, r, t, k] += dA[o, y, g, k] / (boy * boy)
    return dgirdi
