# mistakes: pool_backward/argmax, pool_backward/exchanged
import numpy as np

def one_hot(x):
    flat = np.zeros(x.size)
    flat[x.argmax()] = 1
    return flat.reshape(x.shape)

def uniform(x):
    return np.ones(x.shape) / x.size

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    pattern = dict(max=one_hot, average=uniform)[mode]
    corners = [(w * stride, h * stride) for h in range(dA.shape[1]) for w in range(dA.shape[2])]
    gradients = dA.reshape(dA.shape[0], -1, dA.shape[3])
    for i in range(dA.shape[0]):
        for c in range(dA.shape[3]):
            for (y, x), g in zip(corners, gradients[i, :, c]):
                window = A_prev[i, y:y + f, x:x + f, c]
                dA_prev[i, y:y + f, x:x + f, c] += g * pattern(window)
    return dA_prev
