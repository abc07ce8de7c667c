# mistakes: pool_forward/starts_at_zero
import numpy as np

def largest(window):
    best = 0
    for value in window.flat:
        if value > best:
            best = value
    return best

def average(window):
    total = 0
    for value in window.flat:
        total += value
    return total / window.size

def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H, n_W = (n_H_prev - f) // stride + 1, (n_W_prev - f) // stride + 1
    summary = largest if mode == "max" else average
    values = [summary(A_prev[i, h * stride:h * stride + f, w * stride:w * stride + f, c])
              for i in range(m) for h in range(n_H) for w in range(n_W) for c in range(n_C)]
    return np.reshape(values, (m, n_H, n_W, n_C)), (A_prev, hparameters)
