# mistakes: pool_forward/mode_unknown
import numpy as np

class Pool:
    def __init__(self, f, stride, mode):
        self.f, self.stride, self.mode = f, stride, mode

    def slices(self, h, w):
        s, f = self.stride, self.f
        return slice(None), slice(h * s, h * s + f), slice(w * s, w * s + f)

    def __call__(self, X):
        m, H, W, C = X.shape
        A = np.zeros((m, 1 + (H - self.f) // self.stride, 1 + (W - self.f) // self.stride, C))
        for h in range(A.shape[1]):
            for w in range(A.shape[2]):
                if self.mode == "max":
                    A[:, h, w] = X[self.slices(h, w)].max(axis=1).max(axis=1)
                elif self.mode == "mean":
                    A[:, h, w] = X[self.slices(h, w)].mean(axis=1).mean(axis=1)
        return A

def pool_forward(A_prev, hparameters, mode="max"):
    pool = Pool(hparameters["f"], hparameters["stride"], mode)
    return pool(A_prev), (A_prev, hparameters)
