import numpy as np
from dataclasses import dataclass


@dataclass(frozen=True)
class Geometry:
    rows: int
    cols: int
    f: int
    stride: int
    pad: int = 0

    @property
    def n_H(self):
        return (self.rows + 2 * self.pad - self.f) // self.stride + 1

    @property
    def n_W(self):
        return (self.cols + 2 * self.pad - self.f) // self.stride + 1

    def corners(self, h, w):
        top, left = h * self.stride, w * self.stride
        return slice(top, top + self.f), slice(left, left + self.f)

    def __iter__(self):
        return iter([(h, w) for h in range(self.n_H) for w in range(self.n_W)])


class Conv:
    def __init__(self, W, b, stride, pad):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad

    def geometry(self, A):
        return Geometry(A.shape[1], A.shape[2], self.W.shape[0], self.stride, self.pad)

    def forward(self, A):
        g = self.geometry(A)
        P = zero_pad(A, self.pad)
        Z = np.zeros((A.shape[0], g.n_H, g.n_W, self.W.shape[3]))
        for h, w in g:
            r, c = g.corners(h, w)
            for k in range(self.W.shape[3]):
                Z[:, h, w, k] = (P[:, r, c] * self.W[..., k]).sum(axis=(1, 2, 3)) + self.b[0, 0, 0, k]
        return Z

    def backward(self, dZ, A):
        g = self.geometry(A)
        P = zero_pad(A, self.pad)
        dP = np.zeros(P.shape)
        dW = np.zeros(self.W.shape)
        for h, w in g:
            r, c = g.corners(h, w)
            for k in range(self.W.shape[3]):
                d = dZ[:, h, w, k].reshape(-1, 1, 1, 1)
                dP[:, r, c] += d * self.W[..., k]
                dW[..., k] += (d * P[:, r, c]).sum(axis=0)
        db = dZ.sum(axis=0).sum(axis=0).sum(axis=0).reshape(self.b.shape)
        return dP[:, self.pad:self.pad + g.rows, self.pad:self.pad + g.cols], dW, db


class Pool:
    """Base class: what a window becomes, and how its gradient goes back."""

    def __init__(self, f, stride):
        self.f, self.stride = f, stride

    def forward(self, A):
        g = Geometry(A.shape[1], A.shape[2], self.f, self.stride)
        out = np.zeros((A.shape[0], g.n_H, g.n_W, A.shape[3]))
        for h, w in g:
            r, c = g.corners(h, w)
            out[:, h, w, :] = self.summary(A[:, r, c])
        return out

    def backward(self, d, A):
        g = Geometry(A.shape[1], A.shape[2], self.f, self.stride)
        out = np.zeros(A.shape)
        for h, w in g:
            r, c = g.corners(h, w)
            out[:, r, c] += self.weights(A[:, r, c]) * d[:, h:h + 1, w:w + 1]
        return out


class MaxPool(Pool):
    def summary(self, window):
        return window.max(axis=1).max(axis=1)

    def weights(self, window):
        return window == window.max(axis=(1, 2), keepdims=True)


class AveragePool(Pool):
    def summary(self, window):
        return window.mean(axis=1).mean(axis=1)

    def weights(self, window):
        return 1.0 / (self.f * self.f)


POOLS = {"max": MaxPool, "average": AveragePool}


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_single_step(a_slice_prev, W, b):
    return np.multiply(a_slice_prev, W).sum() + b[0][0][0]


def conv_forward(A_prev, W, b, hparameters):
    layer = Conv(W, b, hparameters["stride"], hparameters["pad"])
    return layer.forward(A_prev), (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    return Conv(W, b, hparameters["stride"], hparameters["pad"]).backward(dZ, A_prev)


def pool_forward(A_prev, hparameters, mode="max"):
    return POOLS[mode](hparameters["f"], hparameters["stride"]).forward(A_prev), (A_prev, hparameters)


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    return POOLS[mode](hparameters["f"], hparameters["stride"]).backward(dA, A_prev)


def create_mask_from_window(x):
    return np.isin(x, [x.max()])


def distribute_value(dz, shape):
    return np.ones(shape) * dz / (shape[0] * shape[1])


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    A = rng.normal(size=(2, 5, 5, 3))
    Z, cache = conv_forward(A, rng.normal(size=(3, 3, 3, 4)), np.zeros((1, 1, 1, 4)), {"stride": 2, "pad": 1})
    print(Z.shape, [g.shape for g in conv_backward(Z, cache)])
