# mistakes: zero_pad/overwritten
import numpy as np

def zero_pad(X, pad):
    # make the border of every picture black
    X_pad = np.array(X, dtype=float)
    n_H, n_W = X.shape[1:3]
    rows = np.arange(n_H)
    cols = np.arange(n_W)
    border_rows = (rows < pad) | (rows >= n_H - pad)
    border_cols = (cols < pad) | (cols >= n_W - pad)
    X_pad[:, border_rows] = 0
    X_pad[:, :, border_cols] = 0
    return X_pad
