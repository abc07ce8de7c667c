# mistakes: conv_forward/hparameters_ignored
import numpy as np

def conv_single_step(pencere, filtre, sapma):
    return np.vdot(pencere, filtre) + sapma[0, 0, 0]

def conv_forward(A_prev, W, b, hparameters):
    adim = hparameters.get("strides", 1)
    dolgu = hparameters.get("pad", 0)
    f, _, _, n_C = W.shape
    m, boy, en, _ = A_prev.shape
    dolgulu = np.pad(A_prev, ((0, 0), (dolgu, dolgu), (dolgu, dolgu), (0, 0)))
    bicim = (m, (boy + 2 * dolgu - f) // adim + 1, (en + 2 * dolgu - f) // adim + 1, n_C)
    Z = np.zeros(bicim)
    for i, h, w, c in np.ndindex(bicim):
        y, x = h * adim, w * adim
        pencere = dolgulu[i, y:y + f, x:x + f]
        Z[i, h, w, c] = conv_single_step(np.ascontiguousarray(pencere), np.ascontiguousarray(W[..., c]), b[..., c])
    return Z, (A_prev, W, b, hparameters)
