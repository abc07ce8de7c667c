# mistakes: pool_backward/undivided
import numpy as np

def pool_backward(dA, cache, mode="max"):
    A_prev, hp = cache
    f, stride = hp["f"], hp["stride"]
    dX = np.zeros(A_prev.shape)
    _, n_H, n_W, _ = dA.shape
    for h in range(n_H):
        for w in range(n_W):
            box = np.s_[:, h * stride:h * stride + f, w * stride:w * stride + f, :]
            grad = dA[:, h:h + 1, w:w + 1, :]
            if mode == "max":
                x = A_prev[box]
                dX[box] += grad * (x == x.max(axis=(1, 2), keepdims=True))
            else:
                dX[box] += grad
    return dX
