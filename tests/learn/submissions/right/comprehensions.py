import numpy as np


def zero_pad(X, pad):
    m, H, W, C = X.shape
    zero = np.zeros(C, X.dtype)
    inside = lambda r, c: 0 <= r < H and 0 <= c < W
    return np.array([[[x[r, c] if inside(r, c) else zero
                       for c in range(-pad, W + pad)]
                      for r in range(-pad, H + pad)]
                     for x in X])


def conv_single_step(a_slice_prev, W, b):
    return sum([a * w for a, w in zip(a_slice_prev.ravel(), W.ravel())], start=b[0, 0, 0])


def conv_forward(A_prev, W, b, hparameters):
    s, f, K = hparameters["stride"], len(W), W.shape[3]
    padded = zero_pad(A_prev, hparameters["pad"])
    rows = range(0, padded.shape[1] - f + 1, s)
    cols = range(0, padded.shape[2] - f + 1, s)
    Z = np.array([[[[conv_single_step(x[r:r + f, c:c + f], W[:, :, :, k], b[:, :, :, k])
                     for k in range(K)]
                    for c in cols]
                   for r in rows]
                  for x in padded])
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f, K = hparameters["stride"], hparameters["pad"], len(W), W.shape[3]
    m, H, Wd, C = A_prev.shape
    padded = zero_pad(A_prev, p)
    places = [(i, h, w) for i in range(m) for h in range(dZ.shape[1]) for w in range(dZ.shape[2])]
    dW = sum([padded[i, h * s:h * s + f, w * s:w * s + f][..., None] * dZ[i, h, w] for i, h, w in places])
    db = np.array([sum(dZ[i, h, w, k] for i, h, w in places) for k in range(K)]).reshape(1, 1, 1, K)

    def gradient_of(i, r, c):
        """All the windows which look at pixel (r, c) of the padded image."""
        terms = [W[r - h * s, c - w * s] @ dZ[i, h, w]
                 for h in range(dZ.shape[1]) if 0 <= r - h * s < f
                 for w in range(dZ.shape[2]) if 0 <= c - w * s < f]
        return sum(terms) if terms else np.zeros(C)

    dA = np.array([[[gradient_of(i, r + p, c + p) for c in range(Wd)] for r in range(H)] for i in range(m)])
    return dA, dW, db


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    squash = (lambda win: win.max(axis=(0, 1))) if mode == "max" else (lambda win: win.mean(axis=(0, 1)))
    A = np.array([[[squash(x[r:r + f, c:c + f])
                    for c in range(0, x.shape[1] - f + 1, s)]
                   for r in range(0, x.shape[0] - f + 1, s)]
                  for x in A_prev])
    return A, (A_prev, hparameters)


def create_mask_from_window(x):
    top = max(x.ravel())
    return np.array([v == top for v in x.ravel()]).reshape(x.shape)


def distribute_value(dz, shape):
    return np.array([[dz / (shape[0] * shape[1]) for _ in range(shape[1])] for _ in range(shape[0])])


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    n_H, n_W = dA.shape[1:3]

    def share(i, r, c, h, w):
        if mode == "average":
            return dA[i, h, w] / (f * f)
        return dA[i, h, w] * (A_prev[i, r, c] == A_prev[i, h * s:h * s + f, w * s:w * s + f].max(axis=(0, 1)))

    return np.array([[[sum([share(i, r, c, h, w)
                            for h in range(n_H) if 0 <= r - h * s < f
                            for w in range(n_W) if 0 <= c - w * s < f], start=np.zeros(C))
                       for c in range(W)]
                      for r in range(H)]
                     for i in range(m)])
