# mistakes: pool_forward/all_channels
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def pool_forward(A_prev, hparameters, mode="max"):
    f, s, n_C = hparameters["f"], hparameters["stride"], A_prev.shape[3]
    V = sliding_window_view(A_prev, (f, f, n_C), axis=(1, 2, 3))[:, ::s, ::s, 0]
    flat = V.reshape(*V.shape[:3], f * f * n_C)
    A = getattr(flat, {"max": "max", "average": "mean"}[mode])(axis=-1)
    return np.repeat(A[..., np.newaxis], n_C, axis=-1), (A_prev, hparameters)
