# mistakes: conv_single_step/relu
import numpy as np

def dot(u, v):
    if len(u) == 0:
        return 0.0
    return u[0] * v[0] + dot(u[1:], v[1:])

def activate(z):
    return z if z > 0 else np.float64(0)

def conv_single_step(a_slice_prev, W, b):
    z = dot(a_slice_prev.reshape(-1), W.reshape(-1)) + b.reshape(-1)[0]
    return activate(z)
