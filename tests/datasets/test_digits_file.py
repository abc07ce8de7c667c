"""The embedded digits are scikit-learn's, every byte, and their split is what its description says."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits

from adim.datasets import digits
from adim.datasets.digits_file import FILE


def test_the_file_holds_scikit_learns_digits():
    bunch = load_digits()
    with np.load(FILE, allow_pickle=False) as arrays:
        assert sorted(arrays) == ["x", "y"]
        assert arrays["x"].dtype == arrays["y"].dtype == np.uint8
        np.testing.assert_array_equal(arrays["x"], bunch.images)
        np.testing.assert_array_equal(arrays["y"], bunch.target)


def test_every_fifth_image_of_a_digit_is_a_test_image_and_pixels_go_to_255():
    bunch = load_digits()
    seen = [0] * 10
    x, y = ([], []), ([], [])
    for image, digit in zip(bunch.images, bunch.target, strict=True):
        seen[digit] += 1
        part = 1 if seen[digit] % 5 == 0 else 0
        x[part].append(np.floor(image * 255 / 16 + 0.5))
        y[part].append(digit)
    data = digits()
    for images, part in ((data.train, 0), (data.test, 1)):
        assert images.images.dtype == np.uint8
        np.testing.assert_array_equal(images.images[..., 0], np.array(x[part]))
        np.testing.assert_array_equal(images.labels, y[part])
    assert (len(data.train), len(data.test)) == (1442, 355)
    assert data.train.images.max() == 255
    assert data.class_names == tuple("0123456789")
    assert data.notes == ()
