# mistakes: conv_forward/one_filter
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_forward(A_prev, W, b, hparameters):
    adim, dolgu = hparameters['stride'], hparameters['pad']
    f = W.shape[0]
    pencereler = sliding_window_view(
        np.pad(A_prev, ((0, 0), (dolgu, dolgu), (dolgu, dolgu), (0, 0))), (f, f), axis=(1, 2)
    )[:, ::adim, ::adim]
    ilk_suzgec = W[..., 0].transpose(2, 0, 1)
    toplam = (pencereler * ilk_suzgec).sum(axis=(3, 4, 5))
    return toplam[..., None] + b, (A_prev, W, b, hparameters)
