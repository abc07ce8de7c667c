# mistakes: conv_backward/assigns_db
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    A_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA_pad, dW, db = np.zeros(A_pad.shape), np.zeros(W.shape), np.zeros(b.shape)
    for i in range(len(dZ)):
        for h in range(dZ.shape[1]):
            rows = slice(h * stride, h * stride + f)
            for w in range(dZ.shape[2]):
                cols = slice(w * stride, w * stride + f)
                dA_pad[i, rows, cols] += W @ dZ[i, h, w]
                dW += np.multiply.outer(A_pad[i, rows, cols], dZ[i, h, w])
                db[0, 0, 0, :] = dZ[i, h, w]
    return dA_pad[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]], dW, db
