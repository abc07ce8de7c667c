# mistakes: conv_forward/flipped
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W) + b[0, 0, 0]


def conv_forward(A_prev, W, b, hparameters):
    adim, dolgu = hparameters['stride'], hparameters['pad']
    f, _, kanal, suzgec = W.shape
    dolgulu = np.pad(A_prev, ((0, 0), (dolgu, dolgu), (dolgu, dolgu), (0, 0)))
    m, yuk, gen, _ = dolgulu.shape
    Z = np.zeros((m, (yuk - f) // adim + 1, (gen - f) // adim + 1, suzgec))
    for i in range(m):
        for h in range(Z.shape[1]):
            for w in range(Z.shape[2]):
                ust, sol = h * adim, w * adim
                for c in range(suzgec):
                    ters = W[::-1, ::-1, :, c]
                    Z[i, h, w, c] = conv_single_step(dolgulu[i, ust:ust + f, sol:sol + f], ters, b[..., c])
    return Z, (A_prev, W, b, hparameters)
