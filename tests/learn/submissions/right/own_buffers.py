import numpy as np


# memory is short on my laptop: buffers are allocated once and everything is done in place (never in the arguments!)

def zero_pad(X, pad):
    buf = np.empty((X.shape[0], X.shape[1] + 2 * pad, X.shape[2] + 2 * pad, X.shape[3]), X.dtype)
    buf.fill(0)
    buf[:, pad:buf.shape[1] - pad, pad:buf.shape[2] - pad] = X
    return buf


def conv_single_step(a_slice_prev, W, b):
    s = a_slice_prev * 1.0   # a copy of my own, and of floats
    s *= W
    z = s.sum()
    z += b[0, 0, 0]
    return z


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters['stride'], hparameters['pad']
    f, _, n_C_prev, n_C = W.shape
    X = zero_pad(A_prev, pad)
    m = X.shape[0]
    n_H, n_W = (X.shape[1] - f) // stride + 1, (X.shape[2] - f) // stride + 1
    Z = np.empty((m, n_H, n_W, n_C))
    Z[...] = b
    work = np.empty((m, f, f, n_C_prev))
    for h in range(n_H):
        for w in range(n_W):
            for c in range(n_C):
                np.multiply(X[:, h*stride:h*stride+f, w*stride:w*stride+f], W[:, :, :, c], out=work)
                Z[:, h, w, c] += work.sum(axis=(1, 2, 3))
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters['stride'], hparameters['pad']
    f, _, n_C_prev, n_C = W.shape
    X = zero_pad(A_prev, pad)
    dX = np.zeros(X.shape)
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    work = np.empty((f, f, n_C_prev))
    for i in range(dZ.shape[0]):
        for h in range(dZ.shape[1]):
            r = slice(h*stride, h*stride+f)
            for w in range(dZ.shape[2]):
                q = slice(w*stride, w*stride+f)
                for c in range(n_C):
                    g = dZ[i, h, w, c]
                    np.multiply(W[:, :, :, c], g, out=work)
                    np.add(dX[i, r, q], work, out=dX[i, r, q])
                    np.multiply(X[i, r, q], g, out=work)
                    dW[:, :, :, c] += work
    np.sum(dZ, axis=(0, 1, 2), keepdims=True, out=db)
    return dX[:, pad:pad+A_prev.shape[1], pad:pad+A_prev.shape[2]], dW, db


def pool_forward(A_prev, hparameters, mode='max'):
    f, stride = hparameters['f'], hparameters['stride']
    m, H, W, C = A_prev.shape
    n_H, n_W = (H - f) // stride + 1, (W - f) // stride + 1
    A = np.empty((m, n_H, n_W, C))
    for h in range(n_H):
        for w in range(n_W):
            out = A[:, h, w, :]
            out[:] = A_prev[:, h*stride, w*stride, :]
            for u in range(f):
                for v in range(f):
                    if u == v == 0:
                        continue
                    x = A_prev[:, h*stride+u, w*stride+v, :]
                    if mode == 'max':
                        np.maximum(out, x, out=out)
                    else:
                        out += x
            if mode != 'max':
                out /= f * f
    return A, (A_prev, hparameters)


def create_mask_from_window(x):
    mask = np.empty(x.shape, bool)
    np.equal(x, np.max(x), out=mask)
    return mask


def distribute_value(dz, shape):
    a = np.empty(shape)
    a.fill(dz)
    a /= shape[0] * shape[1]
    return a


def pool_backward(dA, cache, mode='max'):
    A_prev, hparameters = cache
    f, stride = hparameters['f'], hparameters['stride']
    dA_prev = np.zeros(A_prev.shape)
    mask = np.empty((A_prev.shape[0], f, f, A_prev.shape[3]), bool)
    part = np.empty(mask.shape)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            target = dA_prev[:, h*stride:h*stride+f, w*stride:w*stride+f, :]
            part[...] = dA[:, h, w, :][:, None, None, :]
            if mode == 'max':
                x = A_prev[:, h*stride:h*stride+f, w*stride:w*stride+f, :]
                np.equal(x, x.max(axis=(1, 2), keepdims=True), out=mask)
                part *= mask
            else:
                part /= f * f
            target += part
    return dA_prev
