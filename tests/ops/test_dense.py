"""The fully connected product, forward and back."""

from inspect import signature

import numpy as np
import oracle
import pytest
from drawn import FLOATS, Untouched, arrays, assert_close, values
from hypothesis import given, strategies as st

from adim import ops


def product_by_hand(left, right):
    """Multiply (n, k) by (k, l), one sum at a time."""
    y = np.zeros((left.shape[0], right.shape[1]))
    for i, j in np.ndindex(y.shape):
        for k in range(left.shape[1]):
            y[i, j] += float(left[i, k]) * float(right[k, j])
    return y


@given(st.data(), st.integers(0, 4), st.integers(0, 4), st.booleans())
def test_dense_is_its_definition(engine, data, n_in, n_out, with_bias):
    leading = data.draw(st.tuples(*[st.integers(0, 3)] * 2))
    x, kernel = data.draw(arrays((*leading, n_in))), data.draw(arrays((1, n_in, n_out)))[0]
    bias = values(n_out, 0, data.draw(st.sampled_from(FLOATS))) if with_bias else None
    grad = data.draw(arrays((*leading, n_out)))
    with Untouched(x, kernel, grad):
        y = ops.dense(x, kernel, bias, engine=engine)
        dx, dkernel, dbias = ops.dense_backward(grad, x, kernel, engine=engine)
    rows, back = x.reshape(-1, n_in) if n_in else np.zeros((np.prod(leading), 0)), grad.reshape(np.prod(leading), n_out)
    assert_close(y, product_by_hand(rows, kernel).reshape(grad.shape) + (0 if bias is None else bias))
    assert_close(dx, product_by_hand(back, kernel.T).reshape(x.shape))
    assert_close(dkernel, product_by_hand(rows.T, back))
    assert_close(dbias, np.array([sum(float(entry) for entry in column) for column in back.T]))
    dtypes = [array.dtype.newbyteorder("=") for array in (x, kernel) if array is not None]
    assert y.dtype == np.result_type(*dtypes, *([] if bias is None else [bias.dtype]))
    assert {dx.dtype, dkernel.dtype, dbias.dtype} == {np.result_type(*dtypes, grad.dtype.newbyteorder("="))}


def test_central_differences(engine):
    x, kernel, bias, weights = values((2, 3, 4), 0), values((4, 5), 1), values(5, 2), values((2, 3, 5), 3)

    def cost(x, kernel, bias):
        return np.vdot(weights, ops.dense(x, kernel, bias, engine=engine))

    gradients = ops.dense_backward(weights, x, kernel, engine=engine)
    for gradient, expected in zip(gradients, oracle.central_differences(cost, x, kernel, bias), strict=True):
        assert np.linalg.norm(gradient - expected) < 1e-6 * np.linalg.norm(expected)


def test_one_example_needs_no_batch_axis(engine):
    assert ops.dense([1.0, 2.0], [[1.0], [10.0]], engine=engine).tolist() == [21]
    dx, dkernel, dbias = ops.dense_backward([1.0], [1.0, 2.0], [[1.0], [10.0]], engine=engine)
    assert (dx.tolist(), dkernel.tolist(), dbias.tolist()) == ([1, 10], [[1], [2]], [1])


def test_the_input_gradient_is_left_out_on_request(engine):
    dx, dkernel, dbias = ops.dense_backward([[2.0]], [[3.0]], [[5.0]], engine=engine, input_gradient=False)
    assert dx is None
    assert (dkernel.item(), dbias.item()) == (6, 2)


def test_nan_and_infinity_reach_the_rows_that_hold_them_and_no_other(engine):
    y = ops.dense([[np.nan, 1.0], [np.inf, 1.0], [2.0, 1.0]], [[1.0], [1.0]], engine=engine)
    np.testing.assert_array_equal(y.ravel(), [np.nan, np.inf, 3])


def test_long_sums_of_gradients_do_not_drift(engine):
    grad = np.full((300_000, 2), 0.1, np.float32)
    _, _, dbias = ops.dense_backward(grad, grad, np.ones((2, 2), np.float32), engine=engine)
    np.testing.assert_allclose(dbias, 30_000, rtol=1e-6)


def test_results_share_no_memory_with_what_came_in_and_can_be_written(engine):
    x = np.ones((1, 1))
    for made in (ops.dense(x, x, engine=engine), *ops.dense_backward(x, x, x, engine=engine)):
        assert made.flags.writeable
        assert not np.shares_memory(made, x)


GOOD = {
    ops.dense: {"x": np.ones((2, 3)), "kernel": np.ones((3, 4)), "bias": np.zeros(4)},
    ops.dense_backward: {"grad": np.ones((2, 4)), "x": np.ones((2, 3)), "kernel": np.ones((3, 4))},
}
BAD = [
    ({"x": np.ones((2, 5))}, ValueError, ["(2, 5)", "(3, 4)", "(n_in, n_out)"]),
    ({"x": 1.0}, ValueError, ["x ()", "(3, 4)"]),
    ({"kernel": np.ones(3)}, ValueError, ["kernel", "2 axes", "(n_in, n_out)", "(3,)"]),
    ({"kernel": np.ones((1, 3, 4))}, ValueError, ["kernel", "2 axes", "(1, 3, 4)"]),
    ({"bias": np.zeros(3)}, ValueError, ["bias", "(4,)", "(3,)"]),
    ({"bias": 0.0}, ValueError, ["bias", "(4,)", "()"]),
    ({"grad": np.ones((2, 3))}, ValueError, ["grad", "(2, 4)", "(2, 3)"]),
    ({"grad": np.ones(4)}, ValueError, ["grad", "(2, 4)", "(4,)"]),
    ({"engine": "cuda"}, ValueError, ["engine", "'auto'", "'cuda'"]),
    ({"x": "cat"}, TypeError, ["x", "real numbers", "<U3"]),
    ({"kernel": np.ones((3, 4), complex)}, TypeError, ["kernel", "real numbers", "complex128"]),
    ({"grad": None}, TypeError, ["grad", "real numbers", "object"]),
    ({"x": [[1.0], [1.0, 2.0]]}, TypeError, ["x", "equally long rows"]),
]
CALLS = [(call, *bad) for call in GOOD for bad in BAD if bad[0].keys() <= signature(call).parameters.keys()]


@pytest.mark.parametrize(("function", "replaced", "error", "words"), CALLS)
def test_bad_input_is_told_what_was_expected_and_what_came(function, replaced, error, words):
    function(**GOOD[function])
    with pytest.raises(error) as caught:
        function(**{**GOOD[function], **replaced})
    for word in words:
        assert word in str(caught.value)
