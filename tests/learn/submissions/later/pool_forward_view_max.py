# mistakes: pool_forward/mode_ignored
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def windows(X, f, stride):
    return sliding_window_view(X, (f, f), axis=(1, 2))[:, ::stride, ::stride]

def pool_forward(A_prev, hparameters, mode="max"):
    views = windows(A_prev, hparameters["f"], hparameters["stride"])
    A = views.max(axis=(-2, -1))
    return A, (A_prev, hparameters)
