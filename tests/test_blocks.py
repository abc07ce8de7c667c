"""The fast eight give what the loops give, to rounding, whatever comes in."""

import numpy as np
import pytest
from drawn import DTYPES, LAYOUTS, Untouched, arrays, assert_close, values
from hypothesis import example, given, strategies as st

import adim
from adim import steps

EIGHT = steps.__all__


def assert_twins(fast, loops):
    """Compare what two calls returned: dtype, shape, values."""
    assert fast.dtype == loops.dtype
    assert fast.dtype in (np.float32, np.float64)
    assert_close(fast, loops)


@st.composite
def convolutions(draw):
    f, pad = draw(st.integers(1, 4)), draw(st.integers(0, 3))
    n_H, n_W = (draw(st.integers(max(f - 2 * pad, 0), 7)) for _ in "HW")
    m, n_C_prev, n_C = draw(st.integers(0, 2)), draw(st.integers(0, 4)), draw(st.integers(0, 4))
    A_prev = draw(arrays((m, n_H, n_W, n_C_prev), DTYPES))
    W, b = draw(arrays((f, f, n_C_prev, n_C), DTYPES)), draw(arrays((1, 1, 1, n_C), DTYPES))
    return A_prev, W, b, {"stride": draw(st.integers(1, 4)), "pad": pad}


@given(convolutions(), st.data())
def test_convolution(call, data):
    A_prev, W, b, _ = call
    with Untouched(A_prev, W, b):
        Z, cache = adim.conv_forward(*call)
        expected, _ = steps.conv_forward(*call)
    assert_twins(Z, expected)
    dZ = data.draw(arrays(Z.shape, DTYPES))
    with Untouched(A_prev, W, b, dZ):
        fast, loops = adim.conv_backward(dZ, cache), steps.conv_backward(dZ, cache)
    for gradient, expected in zip(fast, loops, strict=True):
        assert_twins(gradient, expected)


@st.composite
def poolings(draw):
    f = draw(st.integers(1, 4))
    m, n_C = draw(st.integers(0, 2)), draw(st.integers(0, 3))
    n_H, n_W = (draw(st.integers(f, 8)) for _ in "HW")
    A_prev = draw(arrays((m, n_H, n_W, n_C), DTYPES, ties=draw(st.booleans())))
    return A_prev, {"f": f, "stride": draw(st.integers(1, 4))}, draw(st.sampled_from(["max", "average"]))


@given(poolings(), st.data())
def test_pooling(call, data):
    A_prev, _, mode = call
    with Untouched(A_prev):
        A, cache = adim.pool_forward(*call)
        expected, _ = steps.pool_forward(*call)
    assert_twins(A, expected)
    dA = data.draw(arrays(A.shape, DTYPES))
    with Untouched(A_prev, dA):
        assert_twins(adim.pool_backward(dA, cache, mode), steps.pool_backward(dA, cache, mode))


@given(convolutions(), st.data())
def test_what_is_not_finite_goes_where_it_goes_in_the_loops(call, data):
    few = np.array([0, 1, -2, 3, 1, 0, np.inf, -np.inf, np.nan])
    seeds = st.integers(0, 2**32 - 1)

    def some(shape):
        return np.random.default_rng(data.draw(seeds)).choice(few, shape)

    A_prev, W, b, hparameters = call
    with np.errstate(invalid="ignore"):
        Z, cache = adim.conv_forward(some(A_prev.shape), some(W.shape), some(b.shape), hparameters)
        np.testing.assert_allclose(Z, steps.conv_forward(*cache)[0], rtol=1e-12)
        dZ = some(Z.shape)
        for fast, loops in zip(adim.conv_backward(dZ, cache), steps.conv_backward(dZ, cache), strict=True):
            np.testing.assert_allclose(fast, loops, rtol=1e-12)
        for mode in ("max", "average") if min(A_prev.shape[1:3]) > 1 else ():
            A, cache = adim.pool_forward(cache[0], {"f": 2, "stride": 1}, mode)
            np.testing.assert_allclose(A, steps.pool_forward(*cache, mode)[0], rtol=1e-12)
            dA = some(A.shape)
            fast, loops = adim.pool_backward(dA, cache, mode), steps.pool_backward(dA, cache, mode)
            np.testing.assert_allclose(fast, loops, rtol=1e-12, atol=1e-12)


@given(st.data(), st.integers(0, 3))
def test_zero_pad(data, pad):
    X = data.draw(arrays(data.draw(st.tuples(*[st.integers(0, 4)] * 4)), DTYPES))
    with Untouched(X):
        fast, loops = adim.zero_pad(X, pad), steps.zero_pad(X, pad)
    assert_twins(fast, loops)
    for padded in (fast, loops):
        assert not np.shares_memory(padded, X)


@given(st.data(), st.integers(1, 4), st.integers(0, 4))
def test_conv_single_step(data, f, n_C_prev):
    window, W = (data.draw(arrays((f, f, n_C_prev), DTYPES)) for _ in range(2))
    b = data.draw(arrays((1, 1, 1), DTYPES))
    with Untouched(window, W, b):
        fast, loops = adim.conv_single_step(window, W, b), steps.conv_single_step(window, W, b)
    assert isinstance(fast, np.floating)
    assert isinstance(loops, np.floating)
    assert_twins(fast, loops)


@given(st.data())
def test_masks(data):
    x = data.draw(arrays(data.draw(st.tuples(*[st.integers(1, 3)] * 3)), DTYPES, ties=True))
    with Untouched(x):
        fast, loops = adim.create_mask_from_window(x), steps.create_mask_from_window(x)
    assert fast.dtype == loops.dtype == bool
    assert fast.tolist() == loops.tolist()
    assert loops.any()


@given(st.data())
def test_distributed_values(data):
    dz = data.draw(arrays((1, 1, 1), DTYPES))
    shape = data.draw(st.tuples(*[st.integers(1, 4)] * 2))
    assert_twins(adim.distribute_value(dz, shape), steps.distribute_value(dz, shape))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout(layout):
    """Each layout at least once, whatever the search draws."""
    A_prev = LAYOUTS[layout](values((2, 6, 5, 3), 0, np.float32))
    W, b = LAYOUTS[layout](values((3, 3, 3, 4), 1, np.float32)), LAYOUTS[layout](values((1, 1, 1, 4), 2, np.float32))
    Z, cache = adim.conv_forward(A_prev, W, b, {"stride": 2, "pad": 1})
    assert_twins(Z, steps.conv_forward(A_prev, W, b, {"stride": 2, "pad": 1})[0])
    dZ = LAYOUTS[layout](values(Z.shape, 3, np.float32))
    for fast, loops in zip(adim.conv_backward(dZ, cache), steps.conv_backward(dZ, cache), strict=True):
        assert_twins(fast, loops)
    for mode in ("max", "average"):
        A, cache = adim.pool_forward(A_prev, {"f": 3, "stride": 1}, mode)
        assert_twins(A, steps.pool_forward(A_prev, {"f": 3, "stride": 1}, mode)[0])
        dA = LAYOUTS[layout](values(A.shape, 4, np.float32))
        assert_twins(adim.pool_backward(dA, cache, mode), steps.pool_backward(dA, cache, mode))


@pytest.mark.parametrize("second", DTYPES)
@pytest.mark.parametrize("first", DTYPES)
def test_every_two_dtypes(first, second):
    A_prev, W = values((2, 5, 4, 3), 0, first), values((3, 3, 3, 4), 1, second)
    Z, cache = adim.conv_forward(A_prev, W, values((1, 1, 1, 4), 2, first), {"stride": 1, "pad": 1})
    assert_twins(Z, steps.conv_forward(*cache)[0])
    dZ = values(Z.shape, 3, second)
    for fast, loops in zip(adim.conv_backward(dZ, cache), steps.conv_backward(dZ, cache), strict=True):
        assert_twins(fast, loops)
    for mode in ("max", "average"):
        A, cache = adim.pool_forward(A_prev, {"f": 3, "stride": 1}, mode)
        assert_twins(A, steps.pool_forward(*cache, mode)[0])
        dA = values(A.shape, 4, second)
        assert_twins(adim.pool_backward(dA, cache, mode), steps.pool_backward(dA, cache, mode))


def test_lists_are_arrays():
    image, filters, bias = [[[[1], [2]], [[3], [4]]]], [[[[1, -1]]]], [[[[0.5, 0]]]]
    Z, cache = adim.conv_forward(image, filters, bias, {"stride": 1, "pad": 0})
    assert_twins(Z, steps.conv_forward(image, filters, bias, {"stride": 1, "pad": 0})[0])
    for fast, loops in zip(adim.conv_backward(Z.tolist(), cache), steps.conv_backward(Z.tolist(), cache), strict=True):
        assert_twins(fast, loops)


def test_results_share_no_memory_with_what_came_in_and_can_be_written():
    A_prev, W, b = np.ones((1, 2, 2, 1)), np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1, 1))
    for eight in (adim, steps):
        Z, conv_cache = eight.conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
        A, pool_cache = eight.pool_forward(A_prev, {"f": 1, "stride": 1})
        made = [
            eight.zero_pad(A_prev, 0),
            Z,
            *eight.conv_backward(Z, conv_cache),
            A,
            eight.pool_backward(A, pool_cache),
            eight.pool_backward(A, pool_cache, "average"),
            eight.create_mask_from_window(A_prev),
            eight.distribute_value(np.ones(1), (1, 1)),
        ]
        for array in made:
            assert array.flags.writeable
            assert not any(np.shares_memory(array, given) for given in (A_prev, W, b))


@pytest.mark.parametrize("dtype", [np.longdouble, np.complex64])
def test_the_twins_agree_on_dtypes_that_are_neither_float32_nor_float64(dtype):
    X = np.ones((1, 2, 2, 1), dtype)
    if np.dtype(dtype).kind == "c":
        for eight in (adim, steps):
            with pytest.raises(TypeError, match="complex64"):
                eight.zero_pad(X, 1)
    else:
        assert steps.zero_pad(X, 1).dtype == adim.zero_pad(X, 1).dtype == np.float64


# -- the same doors: whatever is thrown at the twins, they refuse the same, in the same words, with no other error

THINGS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 4),
    st.floats(),
    st.text(max_size=3),
    st.sampled_from(
        ["max", "average", [], [1, [2]], (2, 2), {}, {"stride": 1, "pad": 0}, {"f": 1, "stride": 1}, object()]
    ),
    st.dictionaries(st.sampled_from(["stride", "pad", "f", "strides", 0]), st.integers(-1, 3) | st.none()),
    st.tuples(st.lists(st.integers(0, 3), max_size=5), st.sampled_from([*DTYPES, "U3", complex, object])).map(
        lambda of: np.ones(of[0], of[1])
    ),
)


@st.composite
def calls(draw):
    """Draw one of the eight and arguments for it: good ones, some replaced by anything."""
    function = draw(st.sampled_from(EIGHT))
    A_prev, W, b = np.ones((1, 3, 3, 2)), np.ones((2, 2, 2, 2)), np.ones((1, 1, 1, 2))
    conv, pool = {"stride": 1, "pad": 0}, {"f": 2, "stride": 1}
    good = {
        "zero_pad": [A_prev, 1],
        "conv_single_step": [W[..., 0], W[..., 0], b[..., 0]],
        "conv_forward": [A_prev, W, b, conv],
        "conv_backward": [A_prev[:, :2, :2], (A_prev, W, b, conv)],
        "pool_forward": [A_prev, pool, "max"],
        "create_mask_from_window": [A_prev],
        "distribute_value": [1.0, (2, 2)],
        "pool_backward": [A_prev[:, :2, :2], (A_prev, pool), "average"],
    }[function]
    anything = THINGS | st.tuples(THINGS, THINGS) | st.tuples(THINGS, THINGS, THINGS, THINGS)
    return function, [draw(anything) if draw(st.booleans()) else argument for argument in good]


@given(calls())
@example(("pool_forward", [np.ones((1, 3, 3, 2)), {"f": 1, "stride": 1}, []]))
def test_the_twins_refuse_alike(call):
    function, arguments = call
    outcomes = []
    for eight in (adim, steps):
        try:
            outcomes.append(getattr(eight, function)(*arguments) is not None)
        except (ValueError, TypeError) as error:
            outcomes.append((type(error), str(error)))
    assert outcomes[0] == outcomes[1]
