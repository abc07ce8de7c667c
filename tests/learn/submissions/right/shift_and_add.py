import numpy as np

# Instead of walking over the output I walk over the f*f entries of the filter: for one entry (u, v), the pixels
# that it meets are a strided slice of the padded image. So only f*f iterations.


def slice_for(u, v, n_H, n_W, s):
    return (slice(None), slice(u, u + s * (n_H - 1) + 1, s), slice(v, v + s * (n_W - 1) + 1, s))


def out_size(H, W, f, s):
    return 1 + (H - f) // s, 1 + (W - f) // s


def zero_pad(X, pad):
    return np.pad(X, ((0,), (pad,), (pad,), (0,)), mode='constant')


def conv_single_step(a_slice_prev, W, b):
    f = W.shape[0]
    z = b[0, 0, 0]
    for u in range(f):
        for v in range(f):
            z = z + a_slice_prev[u, v] @ W[u, v]
    return z


def conv_forward(A_prev, W, b, hparameters):
    s = hparameters['stride']
    X = zero_pad(A_prev, hparameters['pad'])
    f = W.shape[0]
    n_H, n_W = out_size(X.shape[1], X.shape[2], f, s)
    Z = np.zeros((len(X), n_H, n_W, W.shape[3])) + b
    for u in range(f):
        for v in range(f):
            Z += X[slice_for(u, v, n_H, n_W, s)] @ W[u, v]
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters['stride'], hparameters['pad']
    X = zero_pad(A_prev, p)
    m, n_H, n_W, n_C = dZ.shape
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for u in range(W.shape[0]):
        for v in range(W.shape[1]):
            where = slice_for(u, v, n_H, n_W, s)
            dX[where] += dZ @ W[u, v].T
            dW[u, v] = np.tensordot(X[where], dZ, axes=([0, 1, 2], [0, 1, 2]))
    db = dZ.sum((0, 1, 2)).reshape(1, 1, 1, n_C)
    if p > 0:
        dX = dX[:, p:-p, p:-p]
    return dX, dW, db


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters['f'], hparameters['stride']
    m, H, W, C = A_prev.shape
    n_H, n_W = out_size(H, W, f, s)
    if mode == "max":
        A = np.full((m, n_H, n_W, C), -np.inf)
    else:
        A = np.zeros((m, n_H, n_W, C))
    for u in range(f):
        for v in range(f):
            part = A_prev[slice_for(u, v, n_H, n_W, s)]
            if mode == "max":
                A = np.maximum(A, part)
            else:
                A = A + part / (f * f)
    return A, (A_prev, hparameters)


def create_mask_from_window(x):
    return x - np.max(x) == 0


def distribute_value(dz, shape):
    a = np.zeros(shape)
    a += dz / a.size
    return a


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters['f'], hparameters['stride']
    _, n_H, n_W, _ = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    A = pool_forward(A_prev, hparameters, mode)[0] if mode == "max" else None
    for u in range(f):
        for v in range(f):
            where = slice_for(u, v, n_H, n_W, s)
            if mode == "max":
                dA_prev[where] += dA * (A_prev[where] == A)
            else:
                dA_prev[where] += dA / f / f
    return dA_prev
