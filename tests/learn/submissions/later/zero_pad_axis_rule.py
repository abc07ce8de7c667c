# mistakes: zero_pad/channel_axis, zero_pad/one_axis
import numpy as np

def zero_pad(X, pad):
    # images are (m, channels, height, width), so the last two axes get the frame
    amounts = [0, 0, pad, pad]
    shape = [n + 2 * k for n, k in zip(X.shape, amounts)]
    inside = tuple(slice(k, k + n) for n, k in zip(X.shape, amounts))
    out = np.zeros(shape)
    out[inside] = X
    return out
