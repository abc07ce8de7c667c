# mistakes: zero_pad/all_axes
import numpy as np

zero_pad = lambda X, pad: np.pad(X, pad, 'constant', constant_values=0)
