# mistakes: conv_single_step/no_product, conv_single_step/bias_before_sum
def conv_single_step(a, w, b):
    f1, f2, kanal = w.shape
    return sum(a[i, j, k] + w[i, j, k] + b[0, 0, 0] for i in range(f1) for j in range(f2) for k in range(kanal))
