# mistakes: distribute_value/sum_of_sides, distribute_value/scalar
def distribute_value(dz, shape):
    yukseklik, genislik = shape
    return dz / (yukseklik + genislik)
