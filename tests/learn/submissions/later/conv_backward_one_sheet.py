# mistakes: conv_backward/carried
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    _, H, Wd, K = A_prev.shape
    f = W.shape[0]
    dA_prev = np.zeros(A_prev.shape)
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    sheet = np.zeros((H + 2 * pad, Wd + 2 * pad, K))
    for image, g, target in zip(zero_pad(A_prev, pad), dZ, dA_prev):
        for h in range(g.shape[0]):
            for w in range(g.shape[1]):
                top, left = h * stride, w * stride
                sheet[top:top + f, left:left + f] += np.einsum("pqkc,c->pqk", W, g[h, w])
                dW += np.einsum("pqk,c->pqkc", image[top:top + f, left:left + f], g[h, w])
                db += g[h, w]
        target[:] = sheet[pad:pad + H, pad:pad + Wd]
    return dA_prev, dW, db
