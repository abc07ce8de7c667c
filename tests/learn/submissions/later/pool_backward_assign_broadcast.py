# mistakes: pool_backward/assigns, pool_backward/divided_by_f
import numpy as np

def pool_backward(dA, cache, mode="max"):
    (A_prev, hparameters) = cache
    boy = hparameters["f"]
    adim = hparameters["stride"]
    dA_prev = np.zeros_like(A_prev)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            ust, sol = h * adim, w * adim
            pencere = A_prev[:, ust:ust + boy, sol:sol + boy]
            gelen = dA[:, h, w][:, None, None]
            if mode == "max":
                pay = np.where(pencere == pencere.max((1, 2))[:, None, None], gelen, 0)
            else:
                pay = gelen * np.ones_like(pencere) / boy
            dA_prev[:, ust:ust + boy, sol:sol + boy] = pay
    return dA_prev
