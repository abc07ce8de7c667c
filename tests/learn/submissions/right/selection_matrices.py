import numpy as np

# Cutting out the windows is linear. I write it as a 0/1 matrix P_h for the rows and P_w for the columns, so that
# forward is "multiply with P" and backward is "multiply with the transposed P". Slow but I understand it now.


def selector(n, f, stride):
    count = (n - f) // stride + 1
    P = np.zeros((count, f, n))
    for k in range(count):
        P[k, :, k * stride:k * stride + f] = np.eye(f)
    return P


def border(n, pad):
    return np.eye(n + 2 * pad, n, k=-pad)


def zero_pad(X, pad):
    return np.einsum('rh,mhwc,sw->mrsc', border(X.shape[1], pad), X, border(X.shape[2], pad))


def conv_single_step(a_slice_prev, W, b):
    return np.trace(a_slice_prev.reshape(1, -1) @ W.reshape(-1, 1)) + b[0, 0, 0]


def cut(A, f, stride):
    Ph, Pw = selector(A.shape[1], f, stride), selector(A.shape[2], f, stride)
    return np.einsum('aur,bvs,mrsc->mabuvc', Ph, Pw, A, optimize=True)


def paste(pieces, shape, f, stride):
    Ph, Pw = selector(shape[1], f, stride), selector(shape[2], f, stride)
    return np.einsum('aur,bvs,mabuvc->mrsc', Ph, Pw, pieces, optimize=True)


def conv_forward(A_prev, W, b, hparameters):
    pieces = cut(zero_pad(A_prev, hparameters['pad']), W.shape[0], hparameters['stride'])
    Z = np.einsum('mabuvk,uvkc->mabc', pieces, W) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, stride, pad = W.shape[0], hparameters['stride'], hparameters['pad']
    A_pad = zero_pad(A_prev, pad)
    dW = np.einsum('mabuvk,mabc->uvkc', cut(A_pad, f, stride), dZ)
    db = np.einsum('mabc->c', dZ)[None, None, None]
    dA_pad = paste(np.einsum('uvkc,mabc->mabuvk', W, dZ), A_pad.shape, f, stride)
    # cropping is padding transposed
    dA = np.einsum('rh,mrsc,sw->mhwc', border(A_prev.shape[1], pad), dA_pad, border(A_prev.shape[2], pad))
    return dA, dW, db


def pool_forward(A_prev, hparameters, mode='max'):
    pieces = cut(A_prev, hparameters['f'], hparameters['stride'])
    A = pieces.max((3, 4)) if mode == 'max' else pieces.mean((3, 4))
    return A, (A_prev, hparameters)


def create_mask_from_window(x):
    return x == x.ravel()[x.argmax()]


def distribute_value(dz, shape):
    return dz * np.outer(np.ones(shape[0]) / shape[0], np.ones(shape[1]) / shape[1])


def pool_backward(dA, cache, mode='max'):
    A_prev, hparameters = cache
    f, stride = hparameters['f'], hparameters['stride']
    pieces = cut(A_prev, f, stride)
    if mode == 'max':
        share = (pieces == pieces.max((3, 4), keepdims=True)) * dA[:, :, :, None, None, :]
    else:
        share = np.ones((f, f, 1)) / f ** 2 * dA[:, :, :, None, None, :]
    return paste(share, A_prev.shape, f, stride)
