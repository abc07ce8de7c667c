# mistakes: pool_forward/sum_not_mean
import numpy as np

def shifted(X, f, stride):
    """the f * f copies of X that lie over each other in a window"""
    n_H = (X.shape[1] - f) // stride + 1
    n_W = (X.shape[2] - f) // stride + 1
    for p in range(f):
        for q in range(f):
            yield X[:, p:p + n_H * stride:stride, q:q + n_W * stride:stride]

def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    layers = list(shifted(A_prev, f, stride))
    A = layers[0].astype(float)
    for layer in layers[1:]:
        A = np.maximum(A, layer) if mode == "max" else A + layer
    return A, (A_prev, hparameters)
