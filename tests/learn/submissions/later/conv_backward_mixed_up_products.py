# mistakes: conv_backward/swapped_factors
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    A_pad = zero_pad(A_prev, pad)
    dA_pad, dW, db = np.zeros(A_pad.shape), np.zeros(W.shape), np.zeros(b.shape)
    for i, h, w, c in np.ndindex(dZ.shape):
        g = dZ[i, h, w, c]
        window = np.s_[i, h * stride:h * stride + f, w * stride:w * stride + f]
        dA_pad[window] += A_pad[window] * g
        dW[:, :, :, c] += W[:, :, :, c] * g
        db[:, :, :, c] += g
    H, K = A_prev.shape[1:3]
    return dA_pad[:, pad:pad + H, pad:pad + K], dW, db
