# mistakes: conv_single_step/bias_before_sum
def conv_single_step(pencere, suzgec, yanlilik):
    f, _, n_C = suzgec.shape
    z = 0.0
    for i in range(f):
        for j in range(f):
            for k in range(n_C):
                z += pencere[i, j, k] * suzgec[i, j, k] + yanlilik[0, 0, 0]
    return z
