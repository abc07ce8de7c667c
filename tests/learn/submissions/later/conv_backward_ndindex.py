# mistakes: conv_backward/assigns_dW
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), 'constant')

def uncrop(n, pad):
    return slice(pad, pad + n)

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    step, pad = hparameters['stride'], hparameters['pad']
    f = W.shape[0]
    A_pad = zero_pad(A_prev, pad)
    dA_pad = 0.0 * A_pad
    dW, db = 0.0 * W, 0.0 * b
    for pos in np.ndindex(*dZ.shape):
        i, h, w, c = pos
        here = (i, slice(h * step, h * step + f), slice(w * step, w * step + f))
        dA_pad[here] += dZ[pos] * W[..., c]
        dW[..., c] = dZ[pos] * A_pad[here]
        db[..., c] += dZ[pos]
    return dA_pad[:, uncrop(A_prev.shape[1], pad), uncrop(A_prev.shape[2], pad)], dW, db
