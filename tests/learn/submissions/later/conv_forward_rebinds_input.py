# mistakes: conv_forward/cache_padded, conv_forward/bias_before_sum
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def step(window, w, b):
    return np.sum(window * w + b)

def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, n_C = W.shape[0], W.shape[-1]
    A_prev = zero_pad(A_prev, pad)
    m, H, G, _ = A_prev.shape
    satirlar = np.arange(0, H - f + 1, stride)
    sutunlar = np.arange(0, G - f + 1, stride)
    Z = np.zeros((m, satirlar.size, sutunlar.size, n_C))
    for i, resim in enumerate(A_prev):
        for h, ust in enumerate(satirlar):
            for w, sol in enumerate(sutunlar):
                parca = resim[ust:ust + f, sol:sol + f]
                Z[i, h, w] = [step(parca, W[..., c], b[..., c]) for c in range(n_C)]
    return Z, (A_prev, W, b, hparameters)
