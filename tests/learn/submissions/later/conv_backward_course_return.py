# mistakes: conv_backward/return_inside, conv_backward/unpadded
import numpy as np

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, H, Wd, K = A_prev.shape
    f = W.shape[0]
    dA_prev = np.zeros(A_prev.shape)
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    for i in range(m):
        buffer = np.zeros((H + 2 * pad, Wd + 2 * pad, K))
        for h in range(dZ.shape[1]):
            for w in range(dZ.shape[2]):
                v, u = h * stride, w * stride
                a_slice = A_prev[i, v:v + f, u:u + f]
                for c in range(dZ.shape[3]):
                    buffer[v:v + f, u:u + f] += W[..., c] * dZ[i, h, w, c]
                    dW[..., c] += a_slice * dZ[i, h, w, c]
                    db[..., c] += dZ[i, h, w, c]
        dA_prev[i] = buffer[pad:pad + H, pad:pad + Wd]
        return dA_prev, dW, db
