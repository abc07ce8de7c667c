# mistakes: conv_single_step/bias_before_sum, conv_single_step/relu
import numpy as np

relu = lambda z: np.maximum(z, 0)

class Neuron:
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def linear(self, x):
        return np.sum(self.weights * x + self.bias)

    def fire(self, x):
        return relu(self.linear(x))

def conv_single_step(a_slice_prev, W, b):
    return Neuron(W, b).fire(a_slice_prev)
