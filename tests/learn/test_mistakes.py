"""The records of mistakes: their forms are right, and their twins wrong, each in its own way."""

import inspect
from importlib import import_module
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from adim import steps
from adim.learn.exercises import EXERCISES
from adim.learn.mistakes import MISTAKES, of, twins
from adim.learn.mistakes.forms import FORMS

by_function = pytest.mark.parametrize("function", EXERCISES)
by_mistake = pytest.mark.parametrize("mistake", MISTAKES.values(), ids=lambda mistake: mistake.key)


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


def arguments(function, random, geometry, m, n_C_prev, n_C):
    """Draw the arguments of a call, with few different numbers where a maximum is sought, so that there are ties."""

    def drawn(*shape):
        return random.standard_normal(shape)

    def tied(*shape):
        return random.integers(-3, 4, shape) * 1.0

    f, stride, pad, rows, columns = geometry
    padding = pad if function.startswith("conv") else 0
    n_H_prev, n_W_prev = (max(f - 2 * padding, 1) + more for more in (rows, columns))
    n_H, n_W = ((n + 2 * padding - f) // stride + 1 for n in (n_H_prev, n_W_prev))
    images = (m, n_H_prev, n_W_prev, n_C_prev)
    W, b = drawn(f, f, n_C_prev, n_C), drawn(1, 1, 1, n_C)
    conv, pool = {"stride": stride, "pad": pad}, {"f": f, "stride": stride}
    return {
        "zero_pad": lambda: (drawn(*images), pad),
        "conv_single_step": lambda: (drawn(f, f, n_C_prev), W[..., 0], b[..., 0]),
        "conv_forward": lambda: (drawn(*images), W, b, conv),
        "conv_backward": lambda: (drawn(m, n_H, n_W, n_C), (drawn(*images), W, b, conv)),
        "pool_forward": lambda: (tied(*images), pool),
        "create_mask_from_window": lambda: (tied(f + rows, f + columns),),
        "distribute_value": lambda: (drawn()[()], (f + rows, f + columns)),
        "pool_backward": lambda: (drawn(m, n_H, n_W, n_C_prev), (tied(*images), pool)),
    }[function]()


def modes(function):
    return [("max",), ("average",)] if function.startswith("pool") else [()]


GEOMETRY = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(0, 3), st.integers(0, 3))
COUNT = st.integers(1, 3)


@by_function
@given(geometry=GEOMETRY, m=COUNT, n_C_prev=COUNT, n_C=COUNT, seed=st.integers(0, 99))
def test_the_form_without_a_mistake_is_right(function, geometry, m, n_C_prev, n_C, seed):
    call = arguments(function, np.random.default_rng(seed), geometry, m, n_C_prev, n_C)
    for mode in ((), *modes(function)):
        assert equal(FORMS[function]()(*call, *mode), getattr(steps, function)(*call, *mode))


# -- the twins

GEOMETRIES = (  # f, stride, pad; by how many rows and columns the image is larger than it must be
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
    (2, 5, 1, 3, 2),  # one window, and no part of it beyond the image that has no frame
    (2, 1, 0, 0, 0),
    (2, 1, 1, 2, 2),
    (3, 1, 0, 0, 2),
    (2, 2, 0, 2, 2),
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
        read_only(arguments(function, random, geometry, 1 + number % 3, 1 + (number + 1) % 3, 3))
        for number, geometry in enumerate(GEOMETRIES)
    ]
    return [(*call, *mode) for call in calls for mode in modes(function)]


def outcome(function, call):
    """Return what a call returns, or the name of the error that it raises."""
    try:
        return function(*call)
    except (ValueError, IndexError, TypeError, ZeroDivisionError) as error:
        return type(error).__name__


def alike(one, other):
    return all(equal(a, b) for a, b in zip(one, other, strict=True))


@by_function
def test_every_way_of_a_mistake_is_wrong_and_unlike_other_mistakes(function):
    calls = cases(function)
    right = [getattr(steps, function)(*call) for call in calls]
    known = {"what is right": [right]}
    for mistake in of(function):
        made = [[outcome(twin, call) for call in calls] for twin in twins(mistake)]
        for way, came in enumerate(made):
            same = [name for name, others in known.items() if any(alike(came, other) for other in others)]
            assert not same, f"way {way} of {mistake.key} does {same[0]}"
        known[mistake.key] = made


@by_function
def test_a_pair_of_mistakes_does_not_come_out_right(function):
    calls = cases(function)
    right = [getattr(steps, function)(*call) for call in calls]
    pairs = [(pair, twin) for pair in combinations(of(function), 2) for twin in twins(*pair)]
    assert pairs
    for pair, twin in pairs:
        came = (outcome(twin, call) for call in calls)
        assert not all(map(equal, came, right)), [mistake.key for mistake in pair]


def test_there_is_a_twin_for_each_way():
    assert all(len(twins(mistake)) == len(mistake.ways) >= 1 for mistake in MISTAKES.values())


def test_mistakes_of_different_functions_do_not_combine():
    assert twins(MISTAKES["conv_forward/no_bias"], MISTAKES["conv_single_step/no_bias"]) == ()


def test_mistakes_that_replace_the_same_piece_do_not_combine():
    assert twins(MISTAKES["conv_forward/no_bias"], MISTAKES["conv_forward/bias_before_sum"]) == ()


# -- twins beside a learner's loops


def loops_without_stride_and_bias(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    A_prev_pad = steps.zero_pad(A_prev, pad)
    (m, n_H_prev, n_W_prev, _), (f, _, _, n_C) = A_prev_pad.shape, W.shape
    Z = np.zeros((m, (n_H_prev - f) // stride + 1, (n_W_prev - f) // stride + 1, n_C))
    for i, h, w, c in np.ndindex(*Z.shape):
        Z[i, h, w, c] = np.sum(A_prev_pad[i, h : h + f, w : w + f] * W[..., c])
    return Z, (A_prev, W, b, hparameters)


def loops_without_padding(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    (m, n_H_prev, n_W_prev, _), (f, _, _, n_C) = A_prev.shape, W.shape
    Z = np.zeros((m, (n_H_prev + 2 * pad - f) // stride + 1, (n_W_prev + 2 * pad - f) // stride + 1, n_C))
    for i, h, w, c in np.ndindex(*Z.shape):
        window = A_prev[i, h * stride : h * stride + f, w * stride : w * stride + f]
        Z[i, h, w, c] = np.sum(window * W[..., c]) + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)


def loops_that_assign(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters["stride"], hparameters["pad"], W.shape[0]
    A_prev_pad = steps.zero_pad(A_prev, pad)
    dA, dW, db = np.zeros(A_prev_pad.shape), np.zeros(W.shape), np.zeros(b.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        window = i, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        dA[window] = W[..., c] * dZ[i, h, w, c]
        dW[..., c] = A_prev_pad[window] * dZ[i, h, w, c]
        db[..., c] = dZ[i, h, w, c]
    return dA[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]], dW, db


def loops_that_mask_the_gradient(dA, cache, mode):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        window = i, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f), c
        if mode == "max":
            dA_prev[window] += steps.create_mask_from_window(dA[window]) * dA[i, h, w, c]
        else:
            dA_prev[window] += steps.distribute_value(dA[i, h, w, c], (f, f)) * f  # divided by f only
    return dA_prev


@pytest.mark.parametrize(
    ("loops", "keys"),
    [
        (loops_without_stride_and_bias, ("conv_forward/no_stride", "conv_forward/no_bias")),
        (loops_without_padding, ("conv_forward/unpadded",)),
        (loops_that_assign, ("conv_backward/assigns_dA", "conv_backward/assigns_dW", "conv_backward/assigns_db")),
        (loops_that_mask_the_gradient, ("pool_backward/mask_of_dA", "pool_backward/divided_by_f")),
    ],
)
def test_a_twin_returns_and_raises_what_a_learners_loops_do(loops, keys):
    """Down to windows that are cut short, which NumPy refuses or stretches, and those beyond the image."""
    first, *_ = twins(*map(MISTAKES.__getitem__, keys))
    calls = cases(keys[0].partition("/")[0])
    assert alike([outcome(first, call) for call in calls], [outcome(loops, call) for call in calls])


# -- the texts

CODE = {line for line in map(str.strip, inspect.getsource(steps).splitlines()) if "=" in line or "return " in line}


@by_mistake
def test_texts_stand_in_both_languages_and_give_no_solution_away(mistake):
    for name in ("title", "explanation", "hint"):
        text = getattr(mistake, name)
        assert text.en != text.tr
        for sentence in text:
            assert sentence
            assert sentence == " ".join(sentence.split())
            assert not set(sentence) & set("{}")
            assert not any(line in sentence for line in CODE)
            assert sentence.endswith((".", "?")) == (name != "title")


def test_no_record_hides_another_and_every_exercise_has_some():
    files = [import_module(f"adim.learn.mistakes.{function}") for function in EXERCISES]
    assert len(MISTAKES) == sum(len(file.RECORDS) for file in files)
    assert sum(len(of(function)) for function in EXERCISES) == len(MISTAKES)
    assert all(of(function) for function in EXERCISES)
