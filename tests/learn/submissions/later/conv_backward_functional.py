# mistakes: conv_backward/order, conv_backward/assigns_db
import numpy as np

def pad4(X, n):
    return np.pad(X, ((0, 0), (n, n), (n, n), (0, 0)))

def crop4(X, n, H, W):
    return X[:, n:n + H, n:n + W, :]

def steps(m, n_H, n_W, stride, f):
    return ((i, h, w, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f))
            for i in range(m) for h in range(n_H) for w in range(n_W))

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    pad = hparameters["pad"]
    X = pad4(A_prev, pad)
    dX, dW, db = (np.zeros(np.shape(a)) for a in (X, W, b))
    for i, h, w, rows, cols in steps(*dZ.shape[:3], hparameters["stride"], W.shape[0]):
        dz = dZ[i, h, w]
        dX[i, rows, cols] += np.dot(W, dz)
        dW += np.multiply.outer(X[i, rows, cols], dz)
        db[0, 0, 0] = dz
    dA_prev = crop4(dX, pad, *A_prev.shape[1:3])
    return dA_prev, db, dW
