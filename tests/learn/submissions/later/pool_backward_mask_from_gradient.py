# mistakes: pool_backward/mask_of_dA
import numpy as np

def create_mask_from_window(x):
    return np.where(x == x.max(), True, False)

def distribute_value(dz, shape):
    return np.full(shape, dz) / np.prod(shape)

def send_back(dX, X, dz, mode):
    """one window; dX and X are views"""
    if mode == "max":
        dX += create_mask_from_window(dX) * dz
    else:
        dX += distribute_value(dz, X.shape)

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for (i, h, w, c), dz in np.ndenumerate(dA):
        where = np.s_[i, h * stride:h * stride + f, w * stride:w * stride + f, c]
        send_back(dA_prev[where], A_prev[where], dz, mode)
    return dA_prev
