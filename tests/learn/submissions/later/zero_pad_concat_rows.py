# mistakes: zero_pad/one_axis
import numpy as np

def zero_pad(X, pad):
    m, yukseklik, genislik, kanal = X.shape
    ust = np.zeros((m, pad, genislik, kanal))
    X_pad = np.concatenate([ust, X, ust], axis=1)
    return X_pad
