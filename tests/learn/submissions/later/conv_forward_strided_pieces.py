# mistakes: conv_forward/rounded
import numpy as np

def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, _, _, n_C = W.shape
    n_H, n_W = (int(np.ceil((n + 2 * pad - f) / stride + 1)) for n in (n_H_prev, n_W_prev))
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    Z = np.tile(b, (m, n_H, n_W, 1)).astype(float)
    for p, q, k in np.ndindex(f, f, n_C_prev):
        piece = X[:, p::stride, q::stride, k][:, :n_H, :n_W]
        Z += piece[..., None] * W[p, q, k]
    return Z, (A_prev, W, b, hparameters)
