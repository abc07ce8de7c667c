"""The data set that is always there: 1797 real, scanned digits of 8x8 pixels, in a file of 45 KB beside this one.

**Where they come from.** Optical Recognition of Handwritten Digits, by Ethem Alpaydin and Cevat Kaynak (1998), UCI
Machine Learning Repository, https://doi.org/10.24432/C50P49, licence Creative Commons Attribution 4.0
(https://creativecommons.org/licenses/by/4.0/): its test set, written by 13 people, as scikit-learn's ``load_digits``
gives it. Each pixel counts the inked points, 0 to 16, of a 4x4 block of a scanned 32x32 bitmap.

**What was changed.** The file holds scikit-learn's images and labels, in its order, as uint8. It was made by ::

    bunch = sklearn.datasets.load_digits()
    np.savez_compressed("digits.npz", x=bunch.images.astype(np.uint8), y=bunch.target.astype(np.uint8))

and a test compares the two. Reading brings the pixels from 0..16 to 0..255.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from adim.datasets.images import Dataset, Images

FILE = Path(__file__).with_name("digits.npz")


def digits() -> Dataset:
    """Return the embedded data set: scanned handwritten digits, (8, 8, 1), ink white on black.

    Returns
    -------
    Dataset
        1442 images to train on and 355 to test on, always the same ones: of each digit, every fifth image is a test
        image, in the order of the source. Its pixels 0..16 are ``round(pixel * 255 / 16)`` here.

    Examples
    --------
    >>> data = digits()
    >>> data.train.images.shape, data.train.images.dtype, data.test.images.shape
    ((1442, 8, 8, 1), dtype('uint8'), (355, 8, 8, 1))
    >>> data.test.labels[:10]
    array([5, 0, 9, 8, 7, 1, 2, 6, 3, 4])
    """
    with np.load(FILE, allow_pickle=False) as arrays:
        ink, labels = arrays["x"], arrays["y"]  # (1797, 8, 8) of 0..16, (1797,)
    whole = Images(np.rint(ink * (255 / 16)).astype(np.uint8), labels)
    is_test = np.zeros(len(whole), np.bool_)
    for digit in range(10):
        is_test[np.flatnonzero(labels == digit)[4::5]] = True
    return Dataset("digits", whole.take(~is_test), whole.take(is_test))
