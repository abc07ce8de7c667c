# mistakes: conv_backward/assigns_dA
import numpy as np

def conv_backward(dZ, cache):
    A_prev, W, b, hp = cache
    s, p, f = hp["stride"], hp["pad"], W.shape[0]
    genis = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    d_genis = np.zeros_like(genis, dtype=float)
    dW = np.zeros_like(W, dtype=float)
    for h, w in np.ndindex(dZ.shape[1:3]):
        pencere = np.s_[:, h * s:h * s + f, w * s:w * s + f, :]
        g = dZ[:, h, w, :]
        d_genis[pencere] = np.tensordot(g, W, axes=(1, 3))
        dW += np.tensordot(genis[pencere], g, axes=(0, 0))
    db = np.sum(dZ, axis=(0, 1, 2)).reshape(b.shape)
    dA_prev = d_genis[:, p:p + A_prev.shape[1], p:p + A_prev.shape[2], :]
    return dA_prev, dW, db
