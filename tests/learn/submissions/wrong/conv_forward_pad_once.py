# mistakes: conv_forward/pad_once
import numpy as np


class Evrisim:
    def __init__(self, W, b, hparameters):
        self.W, self.b = W, b
        self.adim, self.dolgu = hparameters['stride'], hparameters['pad']
        self.f = W.shape[0]

    def boy(self, n):
        return (n - self.f + self.dolgu) // self.adim + 1

    def __call__(self, A):
        P = np.pad(A, ((0, 0), (self.dolgu,) * 2, (self.dolgu,) * 2, (0, 0)))
        Z = np.zeros((A.shape[0], self.boy(A.shape[1]), self.boy(A.shape[2]), self.W.shape[3]))
        for h in range(Z.shape[1]):
            for w in range(Z.shape[2]):
                y, x = h * self.adim, w * self.adim
                Z[:, h, w] = np.tensordot(P[:, y:y + self.f, x:x + self.f], self.W, 3) + self.b[0, 0, 0]
        return Z


def conv_forward(A_prev, W, b, hparameters):
    return Evrisim(W, b, hparameters)(A_prev), (A_prev, W, b, hparameters)
