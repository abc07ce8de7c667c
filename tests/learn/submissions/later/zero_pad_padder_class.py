# mistakes: zero_pad/double
import numpy as np


class Padder:
    """puts images on a bigger sheet"""

    def __init__(self, pad):
        self.width = 2 * pad          # both sides

    def size(self, n):
        return n + 2 * self.width

    def __call__(self, batch):
        m, h, w, c = batch.shape
        sheet = np.zeros((m, self.size(h), self.size(w), c))
        p = self.width
        for k in range(m):
            sheet[k, p:p + h, p:p + w] = batch[k]
        return sheet


def zero_pad(X, pad):
    return Padder(pad)(X)
