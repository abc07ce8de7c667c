# mistakes: pool_forward/absolute, pool_forward/sum_not_mean
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    V = sliding_window_view(A_prev, (f, f), axis=(1, 2))[:, ::s, ::s]
    return (np.abs(V).max((4, 5)) if mode == "max" else V.sum((4, 5))), (A_prev, hparameters)
