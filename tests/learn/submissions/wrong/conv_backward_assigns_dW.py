# mistakes: conv_backward/assigns_dW
import numpy as np


def conv_backward(dZ, saklanan):
    girdi, W, b, ayarlar = saklanan
    adim, dolgu, f = ayarlar['stride'], ayarlar['pad'], W.shape[0]
    dolgulu = np.pad(girdi, ((0, 0), (dolgu, dolgu), (dolgu, dolgu), (0, 0)))
    ddolgulu = np.zeros(dolgulu.shape)
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    for (i, h, w, c), gelen in np.ndenumerate(dZ):
        ust, sol = h * adim, w * adim
        ddolgulu[i, ust:ust + f, sol:sol + f] += W[..., c] * gelen
        dW[..., c] = dolgulu[i, ust:ust + f, sol:sol + f] * gelen
        db[..., c] += gelen
    return ddolgulu[:, dolgu:dolgu + girdi.shape[1], dolgu:dolgu + girdi.shape[2]], dW, db
