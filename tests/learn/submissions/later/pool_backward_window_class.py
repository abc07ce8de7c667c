# mistakes: pool_backward/no_stride
import numpy as np

class Window:
    def __init__(self, h, w, f, stride):
        self.rows = slice(h, h + f)
        self.cols = slice(w, w + f)

    def of(self, X, i, c):
        return X[i, self.rows, self.cols, c]

def create_mask_from_window(x):
    return x >= x.max()

def distribute_value(dz, shape):
    return dz * np.ones(shape) / (shape[0] * shape[1])

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f = hparameters["f"]
    result = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        window = Window(h, w, f, hparameters["stride"])
        there = window.of(result, i, c)
        if mode == "max":
            there += dA[i, h, w, c] * create_mask_from_window(window.of(A_prev, i, c))
        else:
            there += distribute_value(dA[i, h, w, c], (f, f))
    return result
