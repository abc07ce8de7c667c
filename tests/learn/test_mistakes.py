"""The records of mistakes: their forms are right, and their twins wrong, each in its own way."""

import inspect
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from adim import steps
from adim.learn.exercises import EXERCISES
from adim.learn.mistakes import MISTAKES, of, twins
from adim.learn.mistakes.forms import FORMS

WINDOWS = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(0, 3), st.integers(0, 3))


def equal(actual, expected):
    """Whether two answers are the same, up to rounding: parts, kinds, shapes and numbers."""
    if isinstance(expected, tuple):
        return isinstance(actual, tuple) and len(actual) == len(expected) and all(map(equal, actual, expected))
    if not isinstance(expected, (np.ndarray, np.generic)):
        return type(actual) is type(expected) and actual == expected
    if not isinstance(actual, (np.ndarray, np.generic)):
        return False
    return (
        actual.shape == expected.shape
        and (actual.dtype == bool) == (expected.dtype == bool)
        and np.allclose(actual, expected, rtol=1e-9, atol=1e-9, equal_nan=True)
    )


def arguments(function, random, f, stride, pad, rows, columns, m=2, n_C_prev=2, n_C=3):
    """Draw the arguments of a call, with few different numbers where a maximum is sought, so that there are ties."""

    def drawn(*shape):
        return random.standard_normal(shape)

    def tied(*shape):
        return random.integers(-3, 3, shape) * 1.0

    padded = pad if function.startswith("conv") else 0
    n_H_prev, n_W_prev = (max(f - 2 * padded, 1) + more for more in (rows, columns))
    n_H, n_W = ((n + 2 * padded - f) // stride + 1 for n in (n_H_prev, n_W_prev))
    A_prev, W, b = drawn(m, n_H_prev, n_W_prev, n_C_prev), drawn(f, f, n_C_prev, n_C), drawn(1, 1, 1, n_C)
    hparameters = (
        {"stride": stride, "pad": pad} if padded or function.startswith("conv") else {"f": f, "stride": stride}
    )
    return {
        "zero_pad": lambda: (A_prev, pad),
        "conv_single_step": lambda: (drawn(f, f, n_C_prev), W[..., 0], b[..., 0]),
        "conv_forward": lambda: (A_prev, W, b, hparameters),
        "conv_backward": lambda: (drawn(m, n_H, n_W, n_C), (A_prev, W, b, hparameters)),
        "pool_forward": lambda: (tied(*A_prev.shape), hparameters),
        "create_mask_from_window": lambda: (tied(f + rows, f + columns),),
        "distribute_value": lambda: (drawn()[()], (f + rows, f + columns)),
        "pool_backward": lambda: (drawn(m, n_H, n_W, n_C_prev), (tied(*A_prev.shape), hparameters)),
    }[function]()


@pytest.mark.parametrize("function", FORMS)
@given(window=WINDOWS, m=st.integers(1, 3), n_C_prev=st.integers(1, 3), n_C=st.integers(1, 3), seed=st.integers(0, 99))
def test_the_form_without_a_mistake_is_right(function, window, m, n_C_prev, n_C, seed):
    call = arguments(function, np.random.default_rng(seed), *window, m, n_C_prev, n_C)
    for mode in ((), ("max",), ("average",)) if function.startswith("pool") else ((),):
        assert equal(FORMS[function]()(*call, *mode), getattr(steps, function)(*call, *mode))


# -- the twins

# f, stride, pad, and how many rows and columns the image has beyond f, or beyond one pixel where padding makes up for it
GEOMETRIES = (
    (2, 1, 0, 3, 2),
    (2, 2, 1, 3, 2),
    (3, 2, 0, 3, 4),
    (3, 1, 2, 2, 1),
    (1, 2, 0, 2, 4),
    (2, 3, 1, 4, 5),
    (3, 3, 1, 4, 2),
    (2, 1, 0, 1, 4),
    (3, 2, 2, 0, 1),
    (2, 3, 0, 4, 6),
)


def read_only(value):
    if isinstance(value, tuple):
        return tuple(map(read_only, value))
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    return value


def cases(function):
    """Return calls with strides, pads, rectangles, one and several examples and channels, ties and overlap."""
    random = np.random.default_rng(7)
    calls = [
        read_only(arguments(function, random, *geometry, m=1 + number % 3, n_C_prev=1 + (number + 1) % 3))
        for number, geometry in enumerate(GEOMETRIES)
    ]
    modes = [("max",), ("average",)] if function.startswith("pool") else [()]
    return [(*call, *mode) for call in calls for mode in modes]


def outcome(function, call):
    """Return what a call returns, or the name of the error that it raises."""
    try:
        return function(*call)
    except (ValueError, IndexError, TypeError) as error:
        return type(error).__name__


def outcomes(twin, calls):
    return [outcome(twin, call) for call in calls]


def alike(one, other):
    return all(equal(a, b) for a, b in zip(one, other, strict=True))


by_function = pytest.mark.parametrize("function", FORMS)
by_mistake = pytest.mark.parametrize("mistake", MISTAKES.values(), ids=lambda mistake: mistake.key)


@by_function
def test_every_way_of_a_mistake_is_wrong_and_unlike_every_other(function):
    calls = cases(function)
    seen = [("right", outcomes(getattr(steps, function), calls))]
    assert not any(isinstance(answer, str) for answer in seen[0][1])
    for mistake in of(function):
        for way, twin in enumerate(twins(mistake)):
            came = outcomes(twin, calls)
            same = [name for name, others in seen if alike(came, others)]
            assert not same, f"way {way} of {mistake.key} does what {same[0]} does"
            seen.append((f"way {way} of {mistake.key}", came))


def test_there_is_a_way_for_each_twin():
    assert all(len(twins(mistake)) == len(mistake.ways) >= 1 for mistake in MISTAKES.values())


def test_mistakes_of_different_functions_do_not_combine():
    assert twins(MISTAKES["conv_forward/no_bias"], MISTAKES["conv_single_step/no_bias"]) == ()


def test_mistakes_that_replace_the_same_piece_do_not_combine():
    assert twins(MISTAKES["conv_forward/no_bias"], MISTAKES["conv_forward/bias_before_sum"]) == ()


def test_a_pair_makes_both_mistakes():
    def no_stride_and_no_bias(A_prev, W, b, hparameters):
        A_prev_pad, (f, _, _, n_C) = np.pad(A_prev, ((0, 0), *2 * ((hparameters["pad"],) * 2,), (0, 0))), W.shape
        m, n_H, n_W = ((n - f) // hparameters["stride"] + 1 for n in A_prev_pad.shape[1:3]), 0, 0
        raise NotImplementedError

    del no_stride_and_no_bias


@by_function
def test_pairs_differ_from_the_right_function(function):
    calls = cases(function)
    right = outcomes(getattr(steps, function), calls)
    for pair in combinations(of(function), 2):
        for twin in twins(*pair)[:2]:
            assert not alike(outcomes(twin, calls), right), [mistake.key for mistake in pair]


# -- the texts

TEXTS = ("title", "explanation", "hint")
CODE = {
    line.strip() for line in inspect.getsource(steps).splitlines() if "=" in line or "np." in line or "return " in line
}


@by_mistake
def test_texts(mistake):
    assert mistake.function in EXERCISES
    for name in TEXTS:
        text = getattr(mistake, name)
        assert text.en
        assert text.tr
        assert text.en != text.tr
        for sentence in text:
            assert not set(sentence) & set("{}")
            assert not any(line in sentence for line in CODE)
            assert sentence == " ".join(sentence.split())
            assert sentence.endswith((".", "?")) or name == "title"


def test_keys_are_unique_and_every_exercise_has_mistakes():
    assert len(MISTAKES) == sum(len(of(function)) for function in EXERCISES)
    assert len(MISTAKES) >= 100
    assert all(len(of(function)) >= 5 for function in EXERCISES)
