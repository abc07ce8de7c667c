import numpy as np

# my GPU code later is float32, so nothing here may turn into float64


def floating(*arrays):
    return np.result_type(np.float32, *[a.dtype for a in arrays])


def zero_pad(X, pad):
    X_pad = np.zeros((X.shape[0], X.shape[1] + 2 * pad, X.shape[2] + 2 * pad, X.shape[3]), dtype=floating(X))
    X_pad[:, pad:X.shape[1] + pad, pad:X.shape[2] + pad, :] = X
    return X_pad


def conv_single_step(a_slice_prev, W, b):
    dtype = floating(a_slice_prev, W)
    return np.sum(a_slice_prev * W, dtype=dtype) + b[0, 0, 0].astype(dtype)


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, n_C = W.shape[0], W.shape[-1]
    A_prev_pad = zero_pad(A_prev, pad)
    n_H = (A_prev_pad.shape[1] - f) // stride + 1
    n_W = (A_prev_pad.shape[2] - f) // stride + 1
    Z = np.empty((A_prev.shape[0], n_H, n_W, n_C), dtype=floating(A_prev, W))
    Wmat = W.reshape(-1, n_C)
    for h in range(n_H):
        for w in range(n_W):
            block = A_prev_pad[:, h * stride : h * stride + f, w * stride : w * stride + f, :]
            Z[:, h, w, :] = block.reshape(len(block), -1) @ Wmat + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    f = W.shape[0]
    dtype = floating(dZ, A_prev, W)
    A_prev_pad = zero_pad(A_prev, pad)
    dA_prev_pad = np.zeros(A_prev_pad.shape, dtype)
    dW = np.zeros(W.shape, dtype)
    db = np.sum(dZ, axis=(0, 1, 2), dtype=dtype).reshape(b.shape)
    for h in range(n_H):
        for w in range(n_W):
            here = np.s_[:, h * stride : h * stride + f, w * stride : w * stride + f]
            g = dZ[:, h, w, :]
            dW += np.tensordot(A_prev_pad[here], g, axes=(0, 0))
            dA_prev_pad[here] += np.tensordot(g, W, axes=(1, 3))
    rows, cols = A_prev.shape[1:3]
    return dA_prev_pad[:, pad : pad + rows, pad : pad + cols].copy(), dW, db


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    A = np.empty((m, (H - f) // stride + 1, (W - f) // stride + 1, C), floating(A_prev))
    for h in range(A.shape[1]):
        for w in range(A.shape[2]):
            block = A_prev[:, h * stride : h * stride + f, w * stride : w * stride + f]
            if mode == "max":
                block.max(axis=(1, 2), out=A[:, h, w])
            else:
                A[:, h, w] = block.mean(axis=(1, 2), dtype=A.dtype)
    return A, (A_prev, hparameters)


def create_mask_from_window(x):
    return x == x.max()


def distribute_value(dz, shape):
    dz = np.asarray(dz)
    share = dz.astype(floating(dz)) / np.float32(shape[0] * shape[1])
    return np.full(shape, share)


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape, floating(dA, A_prev))
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            here = np.s_[:, h * stride : h * stride + f, w * stride : w * stride + f]
            g = dA[:, h : h + 1, w : w + 1]
            if mode == "max":
                block = A_prev[here]
                dA_prev[here] += g * (block == block.max(axis=(1, 2), keepdims=True))
            else:
                dA_prev[here] += g / np.float32(f * f)
    return dA_prev
