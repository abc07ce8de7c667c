# mistakes: pool_backward/ties_shared
import numpy as np

def winners(x):
    top = x.max(axis=(0, 1), keepdims=True)
    hits = (x == top).astype(float)
    return hits / hits.sum(axis=(0, 1), keepdims=True)

def evenly(x):
    return np.full(x.shape, 1 / (x.shape[0] * x.shape[1]))

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    weights = winners if mode == "max" else evenly
    out = np.zeros_like(A_prev, dtype=float)
    for image, grads, target in zip(A_prev, dA, out):
        for h, row in enumerate(grads):
            for w, g in enumerate(row):
                window = np.s_[h * stride:h * stride + f, w * stride:w * stride + f]
                target[window] += weights(image[window]) * g
    return out
