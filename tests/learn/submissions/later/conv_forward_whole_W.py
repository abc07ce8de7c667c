# mistakes: conv_forward/all_filters
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def conv_single_step(a_slice_prev, W, b):
    return np.einsum("pqk,pqk", a_slice_prev, W) + b[0, 0, 0]

def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    n_H = (A_prev.shape[1] + 2 * pad - f) // stride + 1
    n_W = (A_prev.shape[2] + 2 * pad - f) // stride + 1
    Z = np.zeros((len(A_prev), n_H, n_W, W.shape[3]))
    for i, image in enumerate(zero_pad(A_prev, pad)):
        for h, w, c in np.ndindex(n_H, n_W, W.shape[3]):
            window = image[h * stride:, w * stride:][:f, :f]
            Z[i, h, w, c] = conv_single_step(window, W, b[:, :, :, c])
    return Z, (A_prev, W, b, hparameters)
