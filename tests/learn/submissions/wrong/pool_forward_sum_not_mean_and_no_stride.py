# mistakes: pool_forward/sum_not_mean, pool_forward/no_stride
import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    A = np.zeros((m, (H - f) // stride + 1, (W - f) // stride + 1, C))
    for h in range(A.shape[1]):
        for w in range(A.shape[2]):
            window = A_prev[:, h:h + f, w:w + f]
            A[:, h, w] = window.max((1, 2)) if mode == "max" else window.sum((1, 2))
    return A, (A_prev, hparameters)
