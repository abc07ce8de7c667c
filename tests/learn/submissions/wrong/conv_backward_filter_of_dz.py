# mistakes: conv_backward/filter_of_dz
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters['stride'], hparameters['pad']
    f, n_C = W.shape[0], W.shape[3]
    padded = zero_pad(A_prev, pad)
    dpadded = np.zeros(padded.shape)
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for i in range(A_prev.shape[0]):
        for h in range(dZ.shape[1]):
            for w in range(dZ.shape[2]):
                gradyan = dZ[i, h, w, 0]
                dilim = np.s_[i, h * stride:h * stride + f, w * stride:w * stride + f]
                for c in range(n_C):
                    dpadded[dilim] += W[:, :, :, c] * gradyan
                    dW[:, :, :, c] += padded[dilim] * gradyan
                    db[:, :, :, c] += gradyan
    return dpadded[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]], dW, db
