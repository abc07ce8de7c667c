# mistakes: conv_forward/relu, conv_forward/first_example
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def single(image, W, b, stride):
    f = W.shape[0]
    n_H = (image.shape[0] - f) // stride + 1
    n_W = (image.shape[1] - f) // stride + 1
    out = np.zeros((n_H, n_W, W.shape[3]))
    for p in range(f):
        for q in range(f):
            piece = image[p:p + stride * (n_H - 1) + 1:stride, q:q + stride * (n_W - 1) + 1:stride]
            out += np.dot(piece, W[p, q])
    return out + b[0]

def conv_forward(A_prev, W, b, hparameters):
    images = zero_pad(A_prev, hparameters["pad"])
    Z = np.stack([single(images[0], W, b, hparameters["stride"]) for i in range(A_prev.shape[0])])
    Z = np.maximum(Z, 0)
    return Z, (A_prev, W, b, hparameters)
