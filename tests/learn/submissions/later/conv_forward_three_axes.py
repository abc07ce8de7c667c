# mistakes: conv_forward/too_few_axes
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def cikti(n, f, pad, stride):
    return int((n - f + 2 * pad) / stride) + 1

def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, boy, en, _ = A_prev.shape
    f, _, _, n_C = W.shape
    n_H, n_W = cikti(boy, f, pad, stride), cikti(en, f, pad, stride)
    Z = np.zeros((n_H, n_W, n_C))
    for i, resim in enumerate(zero_pad(A_prev, pad)):
        for h in range(n_H):
            for w in range(n_W):
                parca = resim[h * stride:h * stride + f, w * stride:w * stride + f]
                for c in range(n_C):
                    Z[i, h, w, c] = (parca * W[..., c]).sum() + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)
