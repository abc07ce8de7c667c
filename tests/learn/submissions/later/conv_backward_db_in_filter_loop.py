# mistakes: conv_backward/db_overcounted
import numpy as np

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, pad = hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    f, _, n_C_prev, _ = W.shape
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
    ys, xs = s * np.arange(n_H), s * np.arange(n_W)
    for c in range(n_C):
        g = dZ[:, :, :, c]
        for p in range(f):
            for q in range(f):
                for k in range(n_C_prev):
                    rows, cols = (ys + p)[:, None], xs + q
                    dX[:, rows, cols, k] += W[p, q, k, c] * g
                    dW[p, q, k, c] += (X[:, rows, cols, k] * g).sum()
                db[:, :, :, c] += g.sum()
    dA_prev = dX[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]]
    return dA_prev, dW, db
