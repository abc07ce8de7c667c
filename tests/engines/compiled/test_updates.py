"""Steps in compiled code beside NumPy's, which is their judge."""

import numpy as np
import pytest

from adim.engines import vectorised
from adim.engines.compiled import updates
from adim.engines.rules import AdaptiveMoments, Momentum, RootMeanSquare, Rule

FORMULAS = [
    (Momentum(0.1, 0.0, nesterov=False), 0),
    (Momentum(0.1, 0.9, nesterov=False), 1),
    (Momentum(0.1, 0.9, nesterov=True), 1),
    *((RootMeanSquare(0.01, 0.9, m, 1e-7, centered=c), 1 + c + (m > 0)) for m in (0.0, 0.5) for c in (False, True)),
    (AdaptiveMoments(0.01, 0.9, 0.999, 1e-7, amsgrad=False), 2),
    (AdaptiveMoments(0.01, 0.9, 0.999, 1e-7, amsgrad=True), 3),
]
SHAPES = [(3, 3, 2, 4), (), (0,), (17,), (20_000,), (8192,), (5, 1)]


def learner(dtypes, slots):
    rng = np.random.default_rng(0)
    parameters = [np.asarray(rng.normal(size=shape), dtype) for shape in SHAPES for dtype in dtypes]
    states = [np.zeros((slots, parameter.size), parameter.dtype) for parameter in parameters]
    return parameters, states


def learn(update, dtypes, formula, slots, kept, limit):
    parameters, states = learner(dtypes, slots)
    rng = np.random.default_rng(1)
    scales = rng.uniform(0.5, 1, len(parameters)).tolist()
    for _ in range(4):
        gradients = [np.asarray(rng.normal(size=p.shape), p.dtype) for p in parameters]
        update(Rule(formula, kept, limit), parameters, gradients, states, scales)
    return parameters, states


@pytest.mark.parametrize("dtypes", [[np.float32], [np.float64], [np.float32, np.float64]], ids=str)
@pytest.mark.parametrize(("kept", "limit"), [(1.0, np.inf), (0.99, 0.5)])
@pytest.mark.parametrize(("formula", "slots"), FORMULAS, ids=repr)
def test_the_same_numbers(formula, slots, kept, limit, dtypes):
    found = learn(updates.update, dtypes, formula, slots, kept, limit)
    expected = learn(vectorised.update, dtypes, formula, slots, kept, limit)
    for ours, theirs in zip(found, expected, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            tolerance = 1e-5 if a.dtype == np.float32 else 1e-12
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def test_nan_stays_where_it_is():
    parameters, states = [np.ones(40, np.float32)], [np.zeros((2, 40), np.float32)]
    gradient = np.ones(40, np.float32)
    gradient[[3, 39]] = np.nan
    rule = Rule(AdaptiveMoments(0.01, 0.9, 0.999, 1e-7, amsgrad=False), 1.0, 0.5)
    updates.update(rule, parameters, [gradient], states, [1.0])
    assert np.flatnonzero(np.isnan(parameters[0])).tolist() == [3, 39]


def test_a_formula_of_somebody_elses():
    class Sign:
        def update(self, parameter, gradient, state, scratch):
            parameter -= np.sign(gradient)

    parameter = np.zeros(3)
    updates.update(Rule(Sign(), 1.0, np.inf), [parameter], [np.array([5.0, -2.0, 0.0])], [np.zeros((0, 3))], [1.0])
    assert parameter.tolist() == [-1, 1, 0]


def test_what_is_read_only_stays():
    parameter = np.zeros(3)
    parameter.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        updates.update(
            Rule(Momentum(0.1, 0.0, nesterov=False), 1.0, np.inf), [parameter], [np.ones(3)], [np.zeros((0, 3))], [1.0]
        )
    assert not parameter.any()


def test_pieces_cover_every_number_once():
    sizes = (5, 0, 8192, 8193, 20_000, 1)
    plan = updates._plan(sizes, 4)
    seen = [np.zeros(size, int) for size in sizes]
    for (offset, _, _, slot_bytes, count, _), owner in zip(plan.table, plan.whose, strict=True):
        seen[owner][offset // 4 : offset // 4 + count] += 1
        assert slot_bytes == 4 * sizes[owner]
    assert all((array == 1).all() for array in seen)
    assert plan.starts[0] == 0
    assert plan.starts[-1] == len(plan.table)
    for start, end in zip(plan.starts, plan.starts[1:], strict=False):
        assert 0 < plan.table[start:end, 4].sum() <= updates._TASK_NUMBERS
