# mistakes: conv_backward/unpadded
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, H, Wd, k = A_prev.shape
    dX = np.zeros((m, H + 2 * p, Wd + 2 * p, k))
    dW = np.zeros(W.shape)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            d = dZ[:, h, w]
            dX[:, h * s:h * s + f, w * s:w * s + f] += np.einsum('uvkc,mc->muvk', W, d)
            part = A_prev[:, h * s:h * s + f, w * s:w * s + f]        # kenarda daha küçük
            dW[:part.shape[1], :part.shape[2]] += np.einsum('muvk,mc->uvkc', part, d)
    return dX[:, p:p + H, p:p + Wd], dW, dZ.sum((0, 1, 2), keepdims=True)
