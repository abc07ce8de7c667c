import json
import math
import tracemalloc
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from adim import engines, optimizers, schedules
from adim.configs import described
from adim.engines import vectorised
from adim.optimizers import SGD, Adam, AdamW, RMSprop

BLOCK = vectorised._BLOCK_NUMBERS
ALL = [
    SGD(),
    SGD(0.1, momentum=0.9),
    SGD(0.1, momentum=0.9, nesterov=True),
    RMSprop(),
    RMSprop(0.01, rho=0.8, momentum=0.5, centered=True),
    RMSprop(0.01, centered=True),
    Adam(),
    Adam(0.01, beta_1=0.8, beta_2=0.9, amsgrad=True),
    Adam(0.01, weight_decay=0.1, clipnorm=1.0),
    AdamW(0.01),
    SGD(schedules.CosineDecay(0.1, 10), clipvalue=0.5),
    Adam(global_clipnorm=2.0),
]
each = pytest.mark.parametrize("optimizer", ALL, ids=repr)


@pytest.fixture(autouse=True, params=list(engines._ENGINES))
def _engine(request, monkeypatch):
    monkeypatch.setattr(engines, "_default", request.param)


def fresh(optimizer):
    return type(optimizer).from_config(optimizer.get_config())


def clip(optimizer, gradients):
    """Keras's clipping, as it writes it."""
    if optimizer.clipnorm:
        return [g * optimizer.clipnorm / max(np.sqrt((g**2).sum()), optimizer.clipnorm) for g in gradients]
    if optimizer.global_clipnorm:
        norm = np.sqrt(sum((g**2).sum() for g in gradients))
        return [g * optimizer.global_clipnorm * min(1 / norm, 1 / optimizer.global_clipnorm) for g in gradients]
    if optimizer.clipvalue:
        return [np.clip(g, -optimizer.clipvalue, optimizer.clipvalue) for g in gradients]
    return gradients


def as_keras_writes_it(optimizer, weights, batches):
    """Keras's update steps, statement by statement, in plain float64 arrays."""
    o, weights = optimizer, [w.copy() for w in weights]
    memory = [{name: np.zeros_like(w) for name in ("m", "v", "v_hat", "average")} for w in weights]
    for iteration, gradients in enumerate(batches):
        lr = o._learning_rate(iteration) if callable(o._learning_rate) else o._learning_rate
        gradients = clip(o, gradients)
        for k, (g, s) in enumerate(zip(gradients, memory, strict=True)):
            w = weights[k]
            if o.weight_decay:
                w = w - w * o.weight_decay * lr
            if isinstance(o, SGD) and o.momentum:
                s["m"] = o.momentum * s["m"] - lr * g
                w = w + o.momentum * s["m"] - lr * g if o.nesterov else w + s["m"]
            elif isinstance(o, SGD):
                w = w - lr * g
            elif isinstance(o, RMSprop):
                s["v"] = o.rho * s["v"] + (1 - o.rho) * g**2
                denominator = s["v"] + o.epsilon
                if o.centered:
                    s["average"] = o.rho * s["average"] + (1 - o.rho) * g
                    denominator = s["v"] - s["average"] ** 2 + o.epsilon
                increment = lr * g / np.sqrt(denominator)
                if o.momentum:
                    s["m"] = o.momentum * s["m"] + increment
                    increment = s["m"]
                w = w - increment
            else:
                t = iteration + 1
                alpha = lr * np.sqrt(1 - o.beta_2**t) / (1 - o.beta_1**t)
                s["m"] = s["m"] + (g - s["m"]) * (1 - o.beta_1)
                s["v"] = s["v"] + (g**2 - s["v"]) * (1 - o.beta_2)
                v = s["v"]
                if o.amsgrad:
                    v = s["v_hat"] = np.maximum(s["v_hat"], v)
                w = w - (s["m"] * alpha) / (np.sqrt(v) + o.epsilon)
            weights[k] = w
    return weights


def problem(seed=0, shapes=((3, 3, 2, 4), (4,), ()), batches=7, dtype=np.float64):
    rng = np.random.default_rng(seed)
    draw = lambda: [np.asarray(rng.normal(size=shape), dtype) for shape in shapes]  # noqa: E731 - a one-line helper
    return draw(), [draw() for _ in range(batches)]


def train(optimizer, weights, batches):
    weights = [w.copy() for w in weights]
    for gradients in batches:
        optimizer.apply(weights, gradients)
    return weights


# -- formulas ---------------------------------------------------------------------------------------------------------


def test_two_steps_of_momentum_by_hand():
    w = np.array([1.0])
    optimizer = SGD(0.1, momentum=0.5)
    optimizer.apply([w], [np.array([2.0])])  # v = -0.2
    np.testing.assert_allclose(w, [0.8])
    optimizer.apply([w], [np.array([1.0])])  # v = -0.1 - 0.1
    np.testing.assert_allclose(w, [0.6])


def test_two_steps_of_nesterov_by_hand():
    w = np.array([1.0])
    optimizer = SGD(0.1, momentum=0.5, nesterov=True)
    optimizer.apply([w], [np.array([2.0])])  # v = -0.2; w += -0.1 - 0.2
    np.testing.assert_allclose(w, [0.7])
    optimizer.apply([w], [np.array([1.0])])  # v = -0.2; w += -0.1 - 0.1
    np.testing.assert_allclose(w, [0.5])


def test_rmsprop_by_hand():
    w = np.array([1.0])
    optimizer = RMSprop(0.1, rho=0.75, epsilon=3.0)
    optimizer.apply([w], [np.array([2.0])])  # s = 1; w -= 0.1 * 2 / sqrt(1 + 3)
    np.testing.assert_allclose(w, [0.9])


def test_adam_by_hand():
    w = np.array([1.0])
    optimizer = Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=1.0)
    optimizer.apply([w], [np.array([2.0])])  # m = 1, v = 1, alpha = 0.1 * sqrt(1/4) / (1/2) = 0.1; w -= 0.1 * 1 / 2
    np.testing.assert_allclose(w, [0.95])


def test_decay_by_hand():
    w = np.array([2.0])
    SGD(0.1, weight_decay=0.5).apply([w], [np.array([1.0])])  # 2 * (1 - 0.05) - 0.1
    np.testing.assert_allclose(w, [1.8])


@each
def test_as_keras_writes_it(optimizer):
    weights, batches = problem()
    for got, expected in zip(
        train(fresh(optimizer), weights, batches), as_keras_writes_it(optimizer, weights, batches), strict=True
    ):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(ALL), st.lists(st.integers(0, 4), max_size=3), st.integers(0, 2**32 - 1))
def test_any_shape(optimizer, shape, seed):
    weights, batches = problem(seed, shapes=(shape, (2,)), batches=3)
    for got, expected in zip(
        train(fresh(optimizer), weights, batches), as_keras_writes_it(optimizer, weights, batches), strict=True
    ):
        np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12)


@each
def test_blocks_leave_no_seams(optimizer):
    weights, batches = problem(shapes=((2 * BLOCK + 5,), (BLOCK,)), batches=2)
    whole = as_keras_writes_it(optimizer, weights, batches)
    for got, expected in zip(train(fresh(optimizer), weights, batches), whole, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


# -- clipping ---------------------------------------------------------------------------------------------------------


def applied(optimizer, *gradients):
    """What SGD with a rate of 1 takes from zeros is the gradient it saw."""
    weights = [np.zeros_like(g) for g in gradients]
    optimizer.apply(weights, gradients)
    return [(-w).tolist() for w in weights]


def test_clipnorm_scales_each_gradient():
    long, short = np.array([3.0, 4.0]), np.array([0.3, 0.4])
    assert applied(SGD(1.0, clipnorm=1.0), long, short) == [pytest.approx([0.6, 0.8]), [0.3, 0.4]]


def test_global_clipnorm_scales_all_alike():
    assert applied(SGD(1.0, global_clipnorm=6.5), np.array([3.0, 4.0]), np.array([12.0])) == [
        pytest.approx([1.5, 2.0]),
        pytest.approx([6.0]),
    ]
    assert applied(SGD(1.0, global_clipnorm=13.0), np.array([3.0, 4.0]), np.array([12.0])) == [[3.0, 4.0], [12.0]]


def test_clipvalue_cuts_each_number():
    assert applied(SGD(1.0, clipvalue=0.5), np.array([3.0, -0.25, -4.0])) == [[0.5, -0.25, -0.5]]


def test_a_gradient_that_explodes_in_float32_is_clipped_all_the_same():
    gradient = np.full(4, 1e30, np.float32)
    assert applied(SGD(1.0, clipnorm=1.0), gradient) == [pytest.approx([0.5] * 4)]


def test_zeros_need_no_clipping():
    assert applied(SGD(1.0, clipnorm=1.0), np.zeros(2)) == [[0, 0]]
    assert applied(SGD(1.0, global_clipnorm=1.0), np.zeros(2)) == [[0, 0]]


@pytest.mark.parametrize("name", ["clipnorm", "clipvalue", "global_clipnorm"])
def test_limits_are_positive(name):
    with pytest.raises(ValueError, match=f"{name} must be above 0"):
        Adam(**{name: 0.0})


def test_one_limit_at_a_time():
    with pytest.raises(
        ValueError, match=r"only one of clipnorm, clipvalue, global_clipnorm can be set; got .*clipnorm"
    ):
        SGD(clipnorm=1.0, clipvalue=1.0)


# -- PyTorch ----------------------------------------------------------------------------------------------------------


def test_pytorch_agrees_where_the_formulas_coincide():
    torch = pytest.importorskip("torch")
    weights, batches = problem(batches=10)
    # PyTorch multiplies the velocity by the rate, Keras puts the rate into it: one and the same while it is constant.
    # Its epsilon stands elsewhere in Adam and in RMSprop, so both get one that is lost in rounding.
    tiny = 1e-30
    pairs = [
        (SGD(0.1), torch.optim.SGD, {"lr": 0.1}),
        (SGD(0.1, momentum=0.9), torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        (SGD(0.1, 0.9, nesterov=True), torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        (RMSprop(0.01, epsilon=tiny), torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "eps": tiny}),
        (
            RMSprop(0.01, momentum=0.5, centered=True, epsilon=tiny),
            torch.optim.RMSprop,
            {"lr": 0.01, "alpha": 0.9, "eps": tiny, "momentum": 0.5, "centered": True},
        ),
        (Adam(0.01, epsilon=tiny), torch.optim.Adam, {"lr": 0.01, "eps": tiny}),
        (AdamW(0.01, 0.1, epsilon=tiny), torch.optim.AdamW, {"lr": 0.01, "eps": tiny, "weight_decay": 0.1}),
    ]
    for ours, kind, arguments in pairs:
        tensors = [torch.tensor(w, requires_grad=True) for w in weights]
        theirs = kind(tensors, **arguments)
        for gradients in batches:
            for tensor, gradient in zip(tensors, gradients, strict=True):
                tensor.grad = torch.tensor(gradient)
            theirs.step()
        for got, expected in zip(train(ours, weights, batches), tensors, strict=True):
            np.testing.assert_allclose(got, expected.detach().numpy(), rtol=1e-6, err_msg=repr(ours))


# -- arrays -----------------------------------------------------------------------------------------------------------


@each
def test_parameters_change_in_place_and_gradients_not_at_all(optimizer):
    weights, (gradients, *_) = problem()
    kept = list(weights)
    before = [w.copy() for w in weights]
    for gradient in gradients:
        gradient.flags.writeable = False
    fresh(optimizer).apply(weights, gradients)
    for weight, same, old in zip(weights, kept, before, strict=True):
        assert weight is same
        assert (weight != old).all()


@each
def test_float32_stays_float32(optimizer):
    weights, batches = problem(dtype=np.float32)
    exact = as_keras_writes_it(
        optimizer, [w.astype(float) for w in weights], [[g.astype(float) for g in gradients] for gradients in batches]
    )
    for got, expected in zip(train(fresh(optimizer), weights, batches), exact, strict=True):
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, expected, rtol=2e-4, atol=2e-5)


@each
def test_memory_layout_does_not_matter(optimizer):
    weights, batches = problem(shapes=((6, 5),))
    expected = train(fresh(optimizer), weights, batches)
    turned = [np.asfortranarray(w) for w in weights]
    o = fresh(optimizer)
    for gradients in batches:
        o.apply(turned, [np.asfortranarray(g)[::-1][::-1] for g in gradients])
    np.testing.assert_array_equal(turned[0], expected[0])
    within = np.zeros((12, 10))
    strided = within[::2, ::-2]
    strided[...] = weights[0]
    o = fresh(optimizer)
    for gradients in batches:
        o.apply([strided], gradients)
    np.testing.assert_array_equal(strided, expected[0])
    assert not within[1::2].any()


def test_a_step_allocates_next_to_nothing():
    weights, (gradients, *_) = problem(shapes=((500_000,),), batches=1, dtype=np.float32)
    optimizer = Adam(clipnorm=1.0, weight_decay=0.1)
    optimizer.apply(weights, gradients)
    tracemalloc.start()
    optimizer.apply(weights, gradients)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * BLOCK * 8


def test_a_rounded_variance_below_0_is_taken_for_0():
    w = np.zeros(1000, np.float32)
    gradient = np.random.default_rng(0).normal(scale=1000, size=1000).astype(np.float32)
    optimizer = RMSprop(centered=True)
    for _ in range(300):  # the same gradient again and again has no variance
        optimizer.apply([w], [gradient])
    assert np.isfinite(w).all()


# -- state ------------------------------------------------------------------------------------------------------------


def test_a_parameter_is_known_by_its_position():
    weights, batches = problem(shapes=((3,), (3,)))
    apart = [train(SGD(0.1, momentum=0.9), [w], [[b[k]] for b in batches])[0] for k, w in enumerate(weights)]
    for got, expected in zip(train(SGD(0.1, momentum=0.9), weights, batches), apart, strict=True):
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize(
    "changed", [[np.zeros((2, 3))], [np.zeros((3, 2)), np.zeros(1)], [np.zeros((3, 2), np.float32)], []]
)
def test_other_parameters_need_another_optimizer(changed):
    optimizer = Adam()
    optimizer.apply([np.zeros((3, 2))], [np.zeros((3, 2))])
    with pytest.raises(ValueError, match=r"trained parameters of shapes \(3, 2\) float64; got .*Make a new optimizer"):
        optimizer.apply(changed, changed)
    assert optimizer.iterations == 1


@pytest.mark.parametrize("gradients", [[np.zeros(3)], [np.zeros((2, 3)), np.zeros(1)], []])
def test_gradients_fit_their_parameters(gradients):
    with pytest.raises(
        ValueError, match=r"a gradient of its shape; got parameters of shapes \[\(3, 2\)\] and gradients"
    ):
        SGD().apply([np.zeros((3, 2))], gradients)


def test_parameters_are_floats():
    with pytest.raises(TypeError, match="parameters must be float32 or float64; got dtype int64"):
        SGD().apply([np.zeros(3, int)], [np.zeros(3)])


# -- the learning rate ------------------------------------------------------------------------------------------------


def test_the_rate_can_be_set():
    optimizer = SGD(0.1)
    optimizer.learning_rate = np.float32(0.5)
    assert optimizer.learning_rate == 0.5
    assert type(optimizer.learning_rate) is float
    assert applied(optimizer, np.ones(2)) == [[0.5, 0.5]]
    with pytest.raises(ValueError, match="learning_rate must be at least 0"):
        optimizer.learning_rate = -1
    with pytest.raises(ValueError, match="learning_rate must be at least 0"):
        optimizer.learning_rate = math.nan


def test_a_schedule_counts_batches():
    w, rates = np.zeros(1), []
    optimizer = SGD(schedules.PiecewiseConstantDecay([0, 1], [1.0, 10.0, 100.0]))
    for _ in range(3):
        rates.append(optimizer.learning_rate)
        optimizer.apply([w], [np.ones(1)])
    assert rates == [1.0, 10.0, 100.0]
    assert w == [-111.0]
    assert optimizer.iterations == 3


def test_a_number_does_not_end_a_schedule_by_accident():
    optimizer = SGD(schedules.CosineDecay(0.1, 10))
    with pytest.raises(TypeError, match=r"follows CosineDecay\(.*cannot be set to 0.01"):
        optimizer.learning_rate = 0.01
    optimizer.learning_rate = schedules.CosineDecay(0.2, 10)
    assert optimizer.learning_rate == 0.2


@pytest.mark.parametrize("rate", [None, "fast", True])
def test_the_rate_is_a_number_or_a_schedule(rate):
    with pytest.raises(TypeError, match="learning_rate must be a number"):
        SGD(rate)


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), optimizers.OPTIMIZERS.items())
def test_names(name, kind):
    assert type(optimizers.get(name)) is kind
    assert type(optimizers.get(kind.__name__)) is kind


@each
def test_a_config_survives_json(optimizer):
    again = optimizers.get(json.loads(json.dumps(described(optimizer))))
    assert type(again) is type(optimizer)
    assert again.get_config() == optimizer.get_config()
    weights, batches = problem()
    for got, expected in zip(train(again, weights, batches), train(fresh(optimizer), weights, batches), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_kerass_defaults():
    assert SGD().get_config() == {
        "learning_rate": 0.01,
        "momentum": 0.0,
        "nesterov": False,
        "weight_decay": None,
        "clipnorm": None,
        "clipvalue": None,
        "global_clipnorm": None,
    }
    rmsprop, adam, adamw = RMSprop(), Adam(), AdamW()
    assert (rmsprop.learning_rate, rmsprop.rho, rmsprop.momentum, rmsprop.epsilon, rmsprop.centered) == (
        0.001,
        0.9,
        0.0,
        1e-7,
        False,
    )
    assert (adam.learning_rate, adam.beta_1, adam.beta_2, adam.epsilon, adam.amsgrad) == (
        0.001,
        0.9,
        0.999,
        1e-7,
        False,
    )
    assert (adamw.learning_rate, adamw.weight_decay, adamw.epsilon) == (0.001, 0.004, 1e-7)
    assert adam.weight_decay is None


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (SGD, {"momentum": 1.5}),
        (RMSprop, {"rho": 1.0}),
        (RMSprop, {"epsilon": 0}),
        (Adam, {"beta_1": 1.0}),
        (Adam, {"beta_2": -0.1}),
        (AdamW, {"weight_decay": -1}),
    ],
)
def test_arguments_have_bounds(kind, arguments):
    with pytest.raises(ValueError, match=f"{next(iter(arguments))} must be"):
        kind(**arguments)


def test_small_blocks_too():
    """The size of a block is for speed alone."""
    weights, batches = problem()
    expected = train(Adam(clipnorm=0.5), weights, batches)
    with mock.patch.object(vectorised, "_BLOCK_NUMBERS", 7), mock.patch.object(optimizers, "_BLOCK", 7):
        got = train(Adam(clipnorm=0.5), weights, batches)
    for small, large in zip(got, expected, strict=True):
        np.testing.assert_allclose(small, large, rtol=1e-12)
