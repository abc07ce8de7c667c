# mistakes: conv_backward/unpadded, conv_backward/db_shape
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def kaydir(baslangic, adim, f):
    return slice(baslangic * adim, baslangic * adim + f)

def conv_backward(dZ, cache):
    A_prev, W, b, hp = cache
    adim, dolgu, f = hp["stride"], hp["pad"], W.shape[0]
    _, H, G, _ = A_prev.shape
    A_pad = zero_pad(A_prev, dolgu)
    dA_pad = np.zeros(A_pad.shape)
    dW = np.zeros(W.shape)
    db = np.zeros(W.shape[3])
    for i, h, w, c in np.ndindex(dZ.shape):
        g, dikey, yatay = dZ[i, h, w, c], kaydir(h, adim, f), kaydir(w, adim, f)
        parca = A_prev[i, dikey, yatay]
        dA_pad[i, dikey, yatay] += g * W[..., c]
        dW[:parca.shape[0], :parca.shape[1], :, c] += g * parca
        db[..., c] += g
    return dA_pad[:, dolgu:dolgu + H, dolgu:dolgu + G], dW, db
