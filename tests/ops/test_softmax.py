"""The softmax over every engine, beside the formula in more digits than the engines have."""

import numpy as np
import pytest

from adim import ops

SHAPES = [(1, 10), (5, 1), (7, 16), (3, 17), (4, 1000), (2, 3, 33), (1, 50000), (9,), (300, 40), (0, 3)]


def by_hand(x):
    wide = x.astype(np.longdouble)
    powers = np.exp(wide - wide.max(-1, keepdims=True, initial=-np.inf))
    return powers / powers.sum(-1, keepdims=True)


@pytest.mark.parametrize("spread", [0.01, 1, 30, 1000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_formula(engine, shape, dtype, spread):
    x = (spread * np.random.default_rng(0).normal(size=shape)).astype(dtype)
    y, eps = ops.softmax(x, engine=engine), np.finfo(dtype).eps
    assert y.dtype == dtype
    expected = by_hand(x)
    scores = np.abs(x.astype(np.longdouble) - x.max(-1, keepdims=True, initial=-np.inf))  # whose rounding is enlarged
    assert (np.abs(y - expected) <= (10 + scores) * eps * expected + np.finfo(dtype).smallest_subnormal).all()
    np.testing.assert_allclose(y.sum(-1), 1, rtol=20 * eps)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_score_down_to_nothing(engine, dtype):
    lowest = -120 if dtype == np.float32 else -800
    scores = np.linspace(lowest, 0, 100_001).astype(dtype)
    y = ops.softmax(np.stack([scores, np.zeros_like(scores)], -1), engine=engine)
    exact = np.exp(scores.astype(np.longdouble))
    np.testing.assert_allclose(y[:, 0], exact / (1 + exact), rtol=4 * np.finfo(dtype).eps, atol=np.finfo(dtype).tiny)
    assert (np.diff(y[:, 0]) >= 0).all()
    assert y[0, 0] == 0


def test_into_an_array_that_is_there(engine):
    x = np.random.default_rng(0).normal(size=(5, 7))
    expected = ops.softmax(x, engine=engine)
    for out in (np.empty((5, 7)), np.empty((7, 5)).T, np.empty((5, 14))[:, ::2]):
        assert ops.softmax(x, out=out, engine=engine) is out
        np.testing.assert_allclose(out, expected, rtol=1e-15)
    for scores in (x.copy(), np.asfortranarray(x)):
        assert ops.softmax(scores, out=scores, engine=engine) is scores
        np.testing.assert_allclose(scores, expected, rtol=1e-15)
    np.testing.assert_allclose(ops.softmax(np.asfortranarray(x), engine=engine), expected, rtol=1e-15)
    room = np.append(x, np.zeros((1, 7)), axis=0)
    np.testing.assert_allclose(ops.softmax(room[:-1], out=room[1:], engine=engine), expected, rtol=1e-15)


def test_strange_numbers(engine):
    x = np.array([[0, np.nan, 1], [np.inf, 0, 1], [-np.inf, 0, 0], [-np.inf] * 3, [1e30, 0, -1e30]], np.float32)
    with np.errstate(invalid="ignore"):
        y = ops.softmax(x, engine=engine)
    np.testing.assert_array_equal(y, [[np.nan] * 3, [np.nan] * 3, [0, 0.5, 0.5], [np.nan] * 3, [1, 0, 0]])


def test_what_does_not_fit_is_named():
    with pytest.raises(ValueError, match="the single number 3"):
        ops.softmax(3.0)
    with pytest.raises(ValueError, match=r"out must be of x's shape and dtype, \(2,\) float64; got \(3,\) float64"):
        ops.softmax(np.zeros(2), out=np.zeros(3))
    with pytest.raises(ValueError, match="got \\(2,\\) float32"):
        ops.softmax(np.zeros(2), out=np.zeros(2, np.float32))
    with pytest.raises(ValueError, match="out must be writeable"):
        ops.softmax(np.zeros(2), out=np.broadcast_to(np.zeros(()), 2))
    with pytest.raises(TypeError, match="out must be an array; got 3"):
        ops.softmax(np.zeros(2), out=3)
    with pytest.raises(TypeError, match="x must hold real numbers"):
        ops.softmax(["a"])
