# mistakes: zero_pad/fixed
import numpy as np

def pad_image(img, pad):
    img = np.vstack([np.zeros((pad,) + img.shape[1:]), img, np.zeros((pad,) + img.shape[1:])])
    side = np.zeros((img.shape[0], pad, img.shape[2]))
    return np.hstack([side, img, side])

def zero_pad(X, pad):
    X_pad = []
    for image in X:
        X_pad.append(pad_image(image, pad))
    X_pad = np.array(X_pad)
    return X
