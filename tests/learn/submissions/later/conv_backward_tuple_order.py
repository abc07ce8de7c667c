# mistakes: conv_backward/order
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

class Turevler:
    def __init__(self, A_prev, W, b, stride, pad):
        self.girdi, self.W = A_prev, W
        self.stride, self.pad = stride, pad
        self.A = zero_pad(A_prev, pad)
        self.dA = np.zeros(self.A.shape)
        self.dW = np.zeros(W.shape)
        self.db = np.zeros(b.shape)

    def ekle(self, i, h, w, dz):
        f, s = self.W.shape[0], self.stride
        y, x = slice(h * s, h * s + f), slice(w * s, w * s + f)
        self.dA[i, y, x] += self.W @ dz
        self.dW += self.A[i, y, x, :, None] * dz
        self.db += dz

    def sonuc(self):
        _, H, G, _ = self.girdi.shape
        dA_prev = self.dA[:, self.pad:self.pad + H, self.pad:self.pad + G]
        return self.dW, self.db, dA_prev

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    t = Turevler(A_prev, W, b, hparameters["stride"], hparameters["pad"])
    for i, h, w in np.ndindex(dZ.shape[:3]):
        t.ekle(i, h, w, dZ[i, h, w])
    return t.sonuc()
