# mistakes: conv_forward/one_filter
import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return (a_slice_prev * W).sum() + b[0, 0, 0]


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters['stride'], hparameters['pad']
    f = W.shape[0]
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    tops = range(0, A_prev_pad.shape[1] - f + 1, stride)
    lefts = range(0, A_prev_pad.shape[2] - f + 1, stride)
    Z = [[[[conv_single_step(a[t:t + f, l:l + f], W[:, :, :, 0], b[:, :, :, c]) for c in range(W.shape[3])]
           for l in lefts] for t in tops] for a in A_prev_pad]
    return np.array(Z), (A_prev, W, b, hparameters)
