# mistakes: distribute_value/scalar
def distribute_value(dz, shape):
    n = 1
    for side in shape:
        n = n * side
    return dz / n
