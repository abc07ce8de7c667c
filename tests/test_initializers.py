import json

import numpy as np
import pytest

from adim.initializers import (
    INITIALIZERS,
    Constant,
    GlorotUniform,
    HeNormal,
    Initializer,
    RandomNormal,
    RandomUniform,
    fans,
    get,
    to_config,
)

KERNEL = (3, 3, 20, 40)  # fan_in 180, fan_out 360


@pytest.mark.parametrize(
    ("name", "variance"),
    [  # the formulas of Keras's documentation
        ("glorot_uniform", 2 / (180 + 360)),
        ("glorot_normal", 2 / (180 + 360)),
        ("he_uniform", 2 / 180),
        ("he_normal", 2 / 180),
        ("lecun_uniform", 1 / 180),
        ("lecun_normal", 1 / 180),
        ("random_normal", 0.05**2),
        ("random_uniform", 0.1**2 / 12),
    ],
)
def test_mean_and_variance(name, variance):
    values = get(name)(KERNEL, np.random.default_rng(0), np.float64)
    assert values.shape == KERNEL
    assert abs(values.mean()) < 4 * np.sqrt(variance / values.size)
    assert values.var() == pytest.approx(variance, rel=0.04)


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform", "lecun_uniform", "random_uniform"])
def test_uniform_numbers_fill_their_range_and_no_more(name):
    values = get(name)(KERNEL, np.random.default_rng(0))
    limit = {"glorot_uniform": 540 / 6, "he_uniform": 180 / 6, "lecun_uniform": 180 / 3, "random_uniform": 400}[name]
    assert np.abs(values).max() == pytest.approx(limit**-0.5, rel=0.001)


@pytest.mark.parametrize("name", ["glorot_normal", "he_normal", "lecun_normal"])
def test_normal_numbers_are_cut_off_at_two_deviations_of_the_uncut(name):
    values = get(name)(KERNEL, np.random.default_rng(0), np.float64)
    variance = {"glorot_normal": 1 / 270, "he_normal": 1 / 90, "lecun_normal": 1 / 180}[name]
    assert np.abs(values).max() == pytest.approx(2 * variance**0.5 / 0.87962566103423978, rel=0.001)


def test_constants():
    rng = np.random.default_rng(0)
    assert (get("zeros")((2, 3), rng) == 0).all()
    assert (get("ones")((2, 3), rng) == 1).all()
    assert (Constant(0.5)((2, 3), rng) == 0.5).all()
    assert RandomNormal(mean=3, stddev=0)((2,), rng).tolist() == [3, 3]
    assert (RandomUniform(5, 6)((100,), rng) >= 5).all()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_same_numbers_in_both_precisions(name):
    wide, narrow = (get(name)((4, 5), np.random.default_rng(3), dtype) for dtype in (np.float64, np.float32))
    assert (wide.dtype, narrow.dtype) == (np.float64, np.float32)
    np.testing.assert_array_equal(wide.astype(np.float32), narrow)


def test_a_seed_of_its_own():
    rng = np.random.default_rng(0)
    first, second = (HeNormal(seed=1)((4, 5), rng) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    first, second = (HeNormal()((4, 5), rng) for _ in range(2))
    assert (first != second).any()


@pytest.mark.parametrize(
    ("shape", "expected"), [((3, 3, 16, 32), (144, 288)), ((7, 5), (7, 5)), ((9,), (9, 9)), ((), (1, 1))]
)
def test_fans(shape, expected):
    assert fans(shape) == expected


@pytest.mark.parametrize("initializer", [*INITIALIZERS, HeNormal(seed=7), Constant(2.5), RandomNormal(1, 2, 3)])
def test_there_and_back_as_json(initializer):
    initializer = get(initializer)
    assert get(json.loads(json.dumps(to_config(initializer)))) == initializer


def test_names():
    assert to_config(GlorotUniform()) == "glorot_uniform"
    assert get("GlorotUniform") == get("glorot_uniform") == GlorotUniform()
    assert get(GlorotUniform()) != get("he_uniform")


def test_one_of_ones_own_is_taken_and_written_down():
    class Identity(Initializer):
        def draw(self, shape, rng):
            return np.eye(*shape)

    assert get(Identity())((2, 2), np.random.default_rng(0)).tolist() == [[1, 0], [0, 1]]
    assert to_config(Identity()) == {"class_name": "Identity", "config": {}}


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: get("xavier"), ValueError, "initializer must be one of zeros, ones, .*; got 'xavier'"),
        (lambda: get(None), TypeError, "an initializer must be a name such as 'glorot_uniform', .*got None"),
        (lambda: get({"class_name": "HeNormal"}), TypeError, "an initializer must be a name"),
        (lambda: get({"class_name": "HeNormal", "config": {"gain": 2}}), ValueError, "'HeNormal' cannot be made with"),
        (lambda: get({"class_name": "Constant", "config": {"value": [1]}}), ValueError, r"value must be a number; got"),
        (lambda: HeNormal(seed=-1), ValueError, "seed must be at least 0; got -1"),
        (lambda: HeNormal(seed="a"), TypeError, "seed must be an integer; got 'a'"),
        (lambda: RandomNormal(stddev=-1), ValueError, "stddev must be at least 0; got -1"),
        (lambda: Constant(10**400), ValueError, "value must be finite; got 1000"),
        (lambda: Constant(float("nan")), ValueError, "value must be finite; got nan"),
        (lambda: Constant(True), TypeError, "value must be a number; got True"),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()
