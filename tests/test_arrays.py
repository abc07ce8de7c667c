"""Which arrays are let in, and what dtype comes out."""

import numpy as np
import pytest
from drawn import FLOATS

from adim.arrays import axes, floating, lengths


@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [
        (["float32"], "float32"),
        (["float64"], "float64"),
        (["float16"], "float32"),
        (["bool"], "float32"),
        (["uint8"], "float32"),
        (["int16"], "float32"),
        (["uint16"], "float32"),
        (["int32"], "float64"),
        (["int64"], "float64"),
        (["uint64"], "float64"),
        (["longdouble"], "float64"),
        ([">f4"], "float32"),
        ([">f8"], "float64"),
        ([">i2"], "float32"),
        (["uint8", "float32"], "float32"),
        (["uint8", "float64"], "float64"),
        (["float32", "float64"], "float64"),
        (["float32", "int64"], "float64"),
        (["float32", "longdouble"], "float64"),
    ],
)
def test_the_dtype_rule(dtypes, expected):
    named = {f"array_{i}": np.ones(2, dtype) for i, dtype in enumerate(dtypes)}
    for array in floating(**named):
        assert array.dtype == expected
        assert array.dtype.isnative
        assert array.tolist() == [1, 1]


def test_pixels_are_not_rescaled():
    (x,) = floating(x=np.arange(256, dtype=np.uint8))
    np.testing.assert_array_equal(x, range(256))


@pytest.mark.parametrize("dtype", FLOATS)
def test_what_needs_no_conversion_is_no_copy(dtype):
    given = np.ones((4, 6), dtype)[::-1, ::2]
    (x,) = floating(x=given)
    assert np.shares_memory(x, given)
    assert x.strides == given.strides


def test_lists_and_numbers_are_arrays():
    x, bias = floating(x=[[1, 2]], bias=0.5)
    assert (x.dtype, bias.dtype) == (np.float64, np.float64)
    assert x.tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("image.png", ["kernel", "real numbers", "<U9"]),
        (None, ["kernel", "real numbers", "object"]),
        ({"a": 1}, ["kernel", "real numbers", "object"]),
        (np.ones(2, complex), ["kernel", "real numbers", "complex128"]),
        (np.zeros(2, "timedelta64[s]"), ["kernel", "real numbers", "timedelta64"]),
        (np.zeros(2, [("r", "u1")]), ["kernel", "real numbers"]),
        ([10**400], ["kernel", "real numbers", "object"]),
        ([[1, 2], [3]], ["kernel", "equally long rows", "[[1, 2], [3]]"]),
    ],
)
def test_what_is_no_array_of_real_numbers_is_named(bad, words):
    with pytest.raises(TypeError) as caught:
        floating(x=np.ones(2), kernel=bad)
    for word in words:
        assert word in str(caught.value)


def test_a_long_ragged_list_is_not_quoted_in_full():
    with pytest.raises(TypeError) as caught:
        floating(x=[[0.0] * 1000, [0.0]])
    assert len(str(caught.value)) < 200


def test_axes_are_counted():
    axes("x", (1, 2, 3, 4), "(m, H, W, C)")
    with pytest.raises(ValueError, match=r"x must have 4 axes, \(m, H, W, C\); got shape \(2, 3, 4\).*x\[np.newaxis\]"):
        axes("x", (2, 3, 4), "(m, H, W, C)")
    with pytest.raises(ValueError, match=r"kernel must have 2 axes, \(n_in, n_out\); got shape \(\)"):
        axes("kernel", (), "(n_in, n_out)")


def test_lengths_are_lengths():
    assert lengths("input_shape", [np.int64(2), 0, 3, 4], "(m, H, W, C)") == (2, 0, 3, 4)
    for bad in (4, None, "four", (2, 3, -1, 4), (2, 3, 1.0, 4), np.ones(4), ["2", 3, 4, 5]):
        with pytest.raises(ValueError, match=r"input_shape must be the lengths \(m, H, W, C\)"):
            lengths("input_shape", bad, "(m, H, W, C)")
    with pytest.raises(ValueError, match=r"input_shape must have 4 axes.*got shape \(2, 3\)"):
        lengths("input_shape", (2, 3), "(m, H, W, C)")
