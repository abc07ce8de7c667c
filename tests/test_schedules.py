import json
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from adim import schedules
from adim.configs import described
from adim.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay, PolynomialDecay

ALL = [
    ExponentialDecay(0.1, 10, 0.5),
    ExponentialDecay(0.1, 10, 0.5, staircase=True),
    InverseTimeDecay(0.1, 10, 0.5),
    InverseTimeDecay(0.1, 10, 0.5, staircase=True),
    PiecewiseConstantDecay([10, 20], [0.1, 0.05, 0.01]),
    PolynomialDecay(0.1, 10, 0.01, power=0.5),
    PolynomialDecay(0.1, 10, 0.01, power=2.0, cycle=True),
    CosineDecay(0.1, 20, alpha=0.1),
    CosineDecay(0.0, 20, warmup_target=0.2, warmup_steps=5),
]
each = pytest.mark.parametrize("schedule", ALL, ids=repr)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (ExponentialDecay(0.1, 10, 0.5), {0: 0.1, 5: 0.1 / math.sqrt(2), 10: 0.05, 20: 0.025}),
        (ExponentialDecay(0.1, 10, 0.5, staircase=True), {0: 0.1, 9: 0.1, 10: 0.05, 19: 0.05, 20: 0.025}),
        (InverseTimeDecay(0.1, 10, 0.5), {0: 0.1, 10: 0.1 / 1.5, 20: 0.05}),
        (InverseTimeDecay(0.1, 10, 0.5, staircase=True), {9: 0.1, 10: 0.1 / 1.5, 19: 0.1 / 1.5}),
        (PiecewiseConstantDecay([10, 20], [0.1, 0.05, 0.01]), {0: 0.1, 10: 0.1, 11: 0.05, 20: 0.05, 21: 0.01}),
        (PiecewiseConstantDecay([], [0.3]), {0: 0.3, 99: 0.3}),
        (PolynomialDecay(0.1, 10, 0.0), {0: 0.1, 5: 0.05, 10: 0.0, 11: 0.0}),
        (PolynomialDecay(0.1, 10, 0.02, power=0.5), {0: 0.1, 5: 0.02 + 0.08 * math.sqrt(0.5), 10: 0.02, 99: 0.02}),
        (PolynomialDecay(0.1, 10, 0.0, cycle=True), {0: 0.1, 5: 0.05, 10: 0.0, 11: 0.1 * 9 / 20, 20: 0.0, 21: 0.03}),
        (CosineDecay(0.1, 20), {0: 0.1, 5: 0.05 * (1 + math.sqrt(0.5)), 10: 0.05, 20: 0.0, 99: 0.0}),
        (CosineDecay(0.1, 20, alpha=0.1), {0: 0.1, 10: 0.1 * (0.9 * 0.5 + 0.1), 20: 0.01, 99: 0.01}),
        (
            CosineDecay(0.02, 20, warmup_target=0.2, warmup_steps=10),
            {0: 0.02, 5: 0.11, 10: 0.2, 20: 0.1, 30: 0.0, 99: 0.0},
        ),
        (CosineDecay(0.02, 20, warmup_target=0.2), {0: 0.2, 10: 0.1}),
    ],
    ids=repr,
)
def test_values_by_hand(schedule, expected):
    assert [schedule(step) for step in expected] == pytest.approx(list(expected.values()), rel=1e-12, abs=1e-16)


@settings(deadline=None)
@given(
    st.floats(1e-4, 1),
    st.integers(1, 50),
    st.floats(0, 1),
    st.one_of(st.none(), st.floats(1e-4, 1)),
    st.integers(0, 30),
    st.integers(0, 200),
)
def test_cosine_decay_as_keras_writes_it(initial, decay_steps, alpha, target, warmup_steps, step):
    """Keras's own statements, one below the other."""
    schedule = CosineDecay(
        initial, decay_steps, alpha, warmup_target=target, warmup_steps=warmup_steps if target is not None else 0
    )

    def decay(step, start):
        cosine_decayed = 0.5 * (1.0 + np.cos(np.pi * (step / decay_steps)))
        return start * ((1 - alpha) * cosine_decayed + alpha)

    if target is None:
        expected = decay(min(step, decay_steps), initial)
    else:
        capped = min(step, decay_steps + warmup_steps)
        if capped < warmup_steps:
            expected = (target - initial) * (capped / warmup_steps) + initial
        else:
            expected = decay(capped - warmup_steps, target)
    assert schedule(step) == pytest.approx(expected, rel=1e-9, abs=1e-15)


@each
def test_a_rate_is_a_plain_float(schedule):
    for step in (0, 7, 1000):
        assert type(schedule(step)) is float
        assert 0 <= schedule(step) <= 0.2


@each
def test_a_config_survives_json(schedule):
    again = schedules.get(json.loads(json.dumps(described(schedule))))
    assert type(again) is type(schedule)
    assert [again(step) for step in range(30)] == [schedule(step) for step in range(30)]


def test_an_object_passes_through():
    assert schedules.get(ALL[0]) is ALL[0]


@pytest.mark.parametrize("kind", [ExponentialDecay, InverseTimeDecay])
@pytest.mark.parametrize("steps", [0, -1])
def test_decay_steps_are_positive(kind, steps):
    with pytest.raises(ValueError, match="decay_steps must be above 0"):
        kind(0.1, steps, 0.5)
    with pytest.raises(ValueError, match="decay_steps must be above 0"):
        CosineDecay(0.1, steps)
    with pytest.raises(ValueError, match="decay_steps must be above 0"):
        PolynomialDecay(0.1, steps)


def test_a_climb_needs_a_top():
    with pytest.raises(ValueError, match="warmup_steps=5 need a warmup_target"):
        CosineDecay(0.1, 20, warmup_steps=5)


def test_pieces_fit_their_boundaries():
    with pytest.raises(ValueError, match="one more number than boundaries; got 2 values and 2 boundaries"):
        PiecewiseConstantDecay([1, 2], [0.1, 0.2])
    with pytest.raises(ValueError, match="boundaries must rise"):
        PiecewiseConstantDecay([2, 2], [0.1, 0.2, 0.3])


@each
def test_rates_are_not_negative(schedule):
    config = schedule.get_config()
    first = next(name for name in ("initial_learning_rate", "values") if name in config)
    config[first] = [-0.1] * 3 if first == "values" else -0.1
    with pytest.raises(ValueError, match=f"{first} must be at least 0"):
        type(schedule)(**config)
