import re

import numpy as np
import pytest

from adim import steps
from adim.learn.cases import drawn, tiny
from adim.learn.comparison import close, expected, judge
from adim.learn.example import smallest
from adim.learn.exercises import EXERCISES
from adim.learn.trial import Case, Outcome, attempt


@pytest.mark.parametrize("seed", [0, 1, 2**40])
@pytest.mark.parametrize("name", EXERCISES)
def test_the_textbook_is_right(name, seed):
    exercise = EXERCISES[name]
    for case in (*drawn(name, seed), *tiny(name)):
        outcome = attempt(exercise.reference, case, file="")
        assert judge(exercise, case, outcome, expected(exercise, case)).right


@pytest.mark.parametrize("name", EXERCISES)
def test_tiny_calls_grow(name):
    sizes = [case.size for case in tiny(name)]
    assert sizes == sorted(sizes)
    assert sizes[0] < 10


def test_the_points_make_a_hundred():
    assert sum(exercise.points for exercise in EXERCISES.values()) == 100


def manner(answer, name="distribute_value", case=None):
    exercise = EXERCISES[name]
    case = case or Case("", {"dz": 6.0, "shape": (2, 3)})
    return judge(exercise, case, Outcome("returned", answer), expected(exercise, case)).manner


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (np.ones((2, 3)), "right"),
        (np.ones((2, 3), int), "right"),
        (np.ones((2, 3), np.float32) + np.float32(1e-6), "right"),
        (np.full((2, 3), 1.001), "rounded"),
        (np.full((2, 3), 1.1), "value"),
        (np.full((2, 3), np.nan), "value"),
        (np.ones((3, 2)), "shape"),
        (np.ones((2, 3), bool), "kind"),
        ([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]], "type"),
        (None, "type"),
        (1.0, "type"),
    ],
)
def test_manners_of_being_wrong(answer, what):
    assert manner(answer) == what


def test_the_cache_is_part_of_the_answer():
    exercise, case = EXERCISES["pool_forward"], drawn("pool_forward", 0)[0]
    A, cache = exercise.reference(*case.arguments.values())
    assert manner((A, cache), "pool_forward", case) == "right"
    assert manner((A, list(cache)), "pool_forward", case) == "right"
    assert manner((A, cache[::-1]), "pool_forward", case) == "value"
    assert manner((A, cache[:1]), "pool_forward", case) == "parts"
    assert manner(A, "pool_forward", case) == "parts"


def test_float32_input_is_given_more_room():
    exercise = EXERCISES["distribute_value"]
    for dtype, what in ((np.float64, "rounded"), (np.float32, "right")):
        case = Case("", {"dz": dtype(6.0), "shape": (2, 3)})
        assert manner(np.full((2, 3), 1.0005), case=case) == what
    assert exercise.parts == ("a",)


def test_infinity_where_it_belongs_is_right():
    case = Case("", {"dz": np.inf, "shape": (1, 2)})
    assert manner(np.full((1, 2), np.inf), case=case) == "right"
    assert manner(np.full((1, 2), 1e300), case=case) == "value"


def test_close_wants_the_same_kind():
    assert close((np.ones(2), {"pad": 1}), (np.ones(2) + 1e-6, {"pad": 1}))
    assert not close(np.ones(2, bool), np.ones(2))
    assert not close((1, 2), (1, 2, 3))
    assert not close(None, 0.0)


def shown(function, name):
    return smallest(EXERCISES[name], tiny(name), [attempt(function, case, file="") for case in tiny(name)])


def test_the_smallest_call_is_shown_with_the_window_that_it_comes_from():
    def one_too_many(A_prev, W, b, hparameters):
        Z, cache = EXERCISES["conv_forward"].reference(A_prev, W, b, hparameters)
        Z[:, 1:] += 1
        return Z, cache

    example = shown(one_too_many, "conv_forward")
    assert example.entry == "Z[0, 1, 0, 0]"
    assert float(example.received) == float(example.expected) + 1
    assert "[0, 1:2, 0:1, 0] = [[" in example.window
    window, weight, bias = (float(line.rpartition("=")[2].strip(" []")) for line in example.window.split("\n"))
    assert window * weight + bias == float(example.expected)


def test_an_error_is_shown_as_what_was_received():
    def fails_on_rectangles(A_prev, hparameters, mode="max"):
        if A_prev.shape[1] != A_prev.shape[2]:
            raise ValueError("square, please")
        return EXERCISES["pool_forward"].reference(A_prev, hparameters, mode)

    example = shown(fails_on_rectangles, "pool_forward")
    assert example.received == "ValueError: square, please"
    assert "A_prev" in example.call


def test_gradients_name_the_entries_that_they_collect_from():
    def halved(dA, cache, mode="max"):
        return EXERCISES["pool_backward"].reference(dA, cache, mode) / 2

    example = shown(halved, "pool_backward")
    assert example.entry.startswith("dA_prev[0, ")
    assert example.window.startswith("dA[0, 0, 0, :] = ")


@pytest.mark.parametrize("part", ["dW", "db"])
def test_a_gradient_is_shown_with_all_that_it_is_the_sum_of(part):
    def too_many_where_there_are_strides(dZ, cache):
        gradients = dict(zip(("dA_prev", "dW", "db"), steps.conv_backward(dZ, cache), strict=True))
        gradients[part][-1, -1, -1, -1] += 10 * (cache[-1]["stride"] > 1 and cache[-1]["pad"] > 0 and dZ.size > 3)
        return tuple(gradients.values())

    example = shown(too_many_where_there_are_strides, "conv_backward")
    values = {}
    for block in re.split(r"\n(?=\w)", example.window):
        name, _, numbers = block.partition("[")
        values.setdefault(name, []).append(np.fromstring(re.sub(r"[^-. \d]", " ", numbers.partition("=")[2]), sep=" "))
    dZ = np.concatenate(values.pop("dZ"))
    pixels = np.concatenate(next(iter(values.values()))) if values else np.ones_like(dZ)
    assert len(dZ) > 1
    assert pixels @ dZ == float(example.expected) == float(example.received) - 10
