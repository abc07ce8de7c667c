# mistakes: conv_forward/unpadded
import numpy as np

def zero_pad(X, pad):
    kenar = (pad, pad)
    return np.pad(X, ((0, 0), kenar, kenar, (0, 0)), "constant")

def conv_single_step(a, w, b):
    return (a * w).sum() + b.item()

def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, H, G, _ = A_prev.shape
    f, _, _, n_C = W.shape
    n_H, n_W = [(n - f + 2 * p) // s + 1 for n in (H, G)]
    A_prev_pad = zero_pad(A_prev, p)
    Z = [[[[conv_single_step(resim[y * s:y * s + f, x * s:x * s + f], W[..., c], b[..., c])
            for c in range(n_C)]
           for x in range(n_W)]
          for y in range(n_H)]
         for resim in A_prev]
    return np.array(Z), (A_prev, W, b, hparameters)
