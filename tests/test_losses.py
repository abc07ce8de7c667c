import json
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from adim import activations, losses
from adim.configs import described
from adim.losses import BinaryCrossentropy, CategoricalCrossentropy, MeanSquaredError, SparseCategoricalCrossentropy

EYE = np.eye(3)
WEIGHTS = np.array([0.5, 2.0, 0.0, 1.25])


def softmax(z):
    return activations.softmax.forward(np.asarray(z, float))


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, float)))


def central_differences(function, x, step=1e-5):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += step
        down[i] -= step
        gradient[i] = (function(up) - function(down)) / (2 * step)
    return gradient


def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def scores(shape=(4, 3)):
    return np.random.default_rng(3).normal(size=shape)


LABELS = np.array([2, 0, 1, 1])
CASES = {  # loss, labels, predictions in its domain
    "sparse": (SparseCategoricalCrossentropy(), LABELS, softmax(scores())),
    "sparse, unnormalised": (SparseCategoricalCrossentropy(), LABELS, 0.4 * softmax(scores())),
    "sparse, logits": (SparseCategoricalCrossentropy(from_logits=True), LABELS[:, None], 5 * scores()),
    "sparse, pixels": (SparseCategoricalCrossentropy(), np.ones((4, 2, 3), int), softmax(scores((4, 2, 3, 5)))),
    "categorical": (CategoricalCrossentropy(), EYE[LABELS], softmax(scores())),
    "categorical, soft": (CategoricalCrossentropy(), softmax(scores()[::-1]), softmax(scores())),
    "categorical, smoothed": (CategoricalCrossentropy(label_smoothing=0.2), EYE[LABELS], softmax(scores())),
    "categorical, logits": (CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), EYE[LABELS], 3 * scores()),
    "binary": (BinaryCrossentropy(), LABELS > 0, sigmoid(scores((4, 1)))),
    "binary, flat": (BinaryCrossentropy(), LABELS > 0, sigmoid(scores((4,)))),
    "binary, many": (BinaryCrossentropy(label_smoothing=0.1), EYE[LABELS], sigmoid(scores())),
    "binary, logits": (BinaryCrossentropy(from_logits=True), EYE[LABELS], 5 * scores()),
    "mse": (MeanSquaredError(), scores()[::-1], scores()),
    "mse, images": (MeanSquaredError(), scores((4, 2, 2, 3)) + 1, scores((4, 2, 2, 3))),
}
each_case = pytest.mark.parametrize(("loss", "y_true", "y_pred"), CASES.values(), ids=CASES)


# -- values worked out by hand ----------------------------------------------------------------------------------------


def test_sparse_is_minus_the_log_of_the_labels_probability():
    p = [[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]
    expected = (math.log(2) - math.log(0.8)) / 2
    assert SparseCategoricalCrossentropy()([0, 1], p) == pytest.approx(expected, abs=1e-12)


def test_predictions_are_divided_by_their_sum():
    assert SparseCategoricalCrossentropy()([1], [[0.2, 0.2, 0.4]]) == pytest.approx(math.log(4), abs=1e-12)


def test_weights_multiply_the_values_and_not_the_count():
    p = [[0.5, 0.5], [0.25, 0.75]]
    expected = (3 * math.log(2) + 0.5 * math.log(4)) / 2
    assert SparseCategoricalCrossentropy()([0, 0], p, sample_weight=[3, 0.5]) == pytest.approx(expected, abs=1e-12)


def test_smoothing_spreads_the_label():
    # 0.7 of the label stays, 0.1 goes to each of three classes: 0.8, 0.1, 0.1
    expected = -(0.8 * math.log(0.5) + 0.1 * math.log(0.25) + 0.1 * math.log(0.25))
    loss = CategoricalCrossentropy(label_smoothing=0.3)
    assert loss([[1, 0, 0]], [[0.5, 0.25, 0.25]]) == pytest.approx(expected, abs=1e-12)


def test_binary_is_the_mean_over_outputs_then_examples():
    # Keras's own example gives 0.916 and 0.714 for the two rows.
    loss = BinaryCrossentropy()
    rows = [-(math.log(0.4) + math.log(0.4)) / 2, -(math.log(0.6) + math.log(0.4)) / 2]
    assert rows == pytest.approx([0.916, 0.714], abs=5e-4)
    assert loss([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]) == pytest.approx(sum(rows) / 2, abs=1e-12)


def test_binary_smoothing_draws_labels_to_one_half():
    # 1 becomes 0.8 + 0.1
    expected = -0.9 * math.log(0.75) - 0.1 * math.log(0.25)
    assert BinaryCrossentropy(label_smoothing=0.2)([1], [0.75]) == pytest.approx(expected, abs=1e-12)


def test_mean_squared_error():
    assert MeanSquaredError()([[1, 2], [3, 4]], [[1, 4], [0, 4]]) == pytest.approx((4 / 2 + 9 / 2) / 2)
    np.testing.assert_allclose(
        MeanSquaredError().gradient([[1.0, 2], [3, 4]], [[1.0, 4], [0, 4]], sample_weight=[1, 2]), [[0, 1], [-3, 0]]
    )


def test_sparse_gradient_by_hand():
    p = np.array([[0.5, 0.25, 0.25]])
    np.testing.assert_allclose(SparseCategoricalCrossentropy().gradient([1], p), [[1, -3, 1]])  # 1 - y / p
    np.testing.assert_allclose(SparseCategoricalCrossentropy().logits_gradient([1], p), [[0.5, -0.75, 0.25]])


# -- the three answers agree ------------------------------------------------------------------------------------------


@each_case
@pytest.mark.parametrize("weights", [None, WEIGHTS, WEIGHTS[:, None]], ids=["", "weights", "weights as a column"])
def test_gradient_is_that_of_the_loss(loss, y_true, y_pred, weights):
    gradient = loss.gradient(y_true, y_pred, weights)
    assert gradient.shape == y_pred.shape
    assert relative_error(gradient, central_differences(lambda p: loss(y_true, p, weights), y_pred)) < 1e-6


@pytest.mark.parametrize(("kind", "activation"), [(CategoricalCrossentropy, softmax), (BinaryCrossentropy, sigmoid)])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_logits_gradient_is_that_through_the_activation(kind, activation, smoothing):
    loss = kind(label_smoothing=smoothing)
    z, y_true = scores(), EYE[LABELS]
    expected = central_differences(lambda z: loss(y_true, activation(z), WEIGHTS), z)
    assert relative_error(loss.logits_gradient(y_true, activation(z), WEIGHTS), expected) < 1e-6
    # The loss that takes scores says the same.
    from_logits = kind(from_logits=True, label_smoothing=smoothing)
    assert from_logits(y_true, z, WEIGHTS) == pytest.approx(loss(y_true, activation(z), WEIGHTS), rel=1e-12)
    assert relative_error(from_logits.gradient(y_true, z, WEIGHTS), expected) < 1e-6


def test_sparse_logits_gradient_of_pixels():
    loss, y_true, p = CASES["sparse, pixels"]
    expected = (p - np.eye(5)[y_true]) * WEIGHTS[:, None, None, None] / (4 * 2 * 3)
    np.testing.assert_allclose(loss.logits_gradient(y_true, p, WEIGHTS), expected, rtol=1e-12)


@pytest.mark.parametrize("method", ["__call__", "gradient", "logits_gradient"])
def test_sparse_is_categorical_with_one_hot_labels(method):
    p = softmax(scores())
    sparse = getattr(SparseCategoricalCrossentropy(), method)(LABELS, p, WEIGHTS)
    np.testing.assert_array_equal(sparse, getattr(CategoricalCrossentropy(), method)(EYE[LABELS], p, WEIGHTS))


def test_joint_activations():
    assert SparseCategoricalCrossentropy().joint_activation == "softmax"
    assert CategoricalCrossentropy().joint_activation == "softmax"
    assert BinaryCrossentropy().joint_activation == "sigmoid"
    for loss in (
        SparseCategoricalCrossentropy(from_logits=True),
        BinaryCrossentropy(from_logits=True),
        MeanSquaredError(),
    ):
        assert loss.joint_activation is None
        with pytest.raises(TypeError, match="use its gradient"):
            loss.logits_gradient(EYE, EYE)


# -- far out ----------------------------------------------------------------------------------------------------------


def test_a_sure_and_wrong_network_pays_16_and_learns_before_the_activation():
    p = np.array([[1.0, 0.0]], np.float32)
    loss = SparseCategoricalCrossentropy()
    assert loss([1], p) == pytest.approx(-math.log(1e-7), rel=1e-6)
    np.testing.assert_array_equal(loss.gradient([1], p), [[0, 0]])
    np.testing.assert_array_equal(loss.logits_gradient([1], p), [[1, -1]])
    assert BinaryCrossentropy()([0], p[:, :1]) == pytest.approx(
        -math.log(np.float32(1) - np.float32(1 - 1e-7)), rel=1e-6
    )
    np.testing.assert_array_equal(BinaryCrossentropy().gradient([0], p[:, :1]), [[0]])
    np.testing.assert_array_equal(BinaryCrossentropy().logits_gradient([0], p[:, :1]), [[1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_enormous_scores_overflow_nowhere(dtype):
    z = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 0]], dtype)
    loss = SparseCategoricalCrossentropy(from_logits=True)
    assert loss([0, 0], z) == pytest.approx(1e4)
    np.testing.assert_array_equal(loss.gradient([0, 0], z), [[0, 0, 0], [-0.5, 0.5, 0]])
    loss = BinaryCrossentropy(from_logits=True)
    assert loss([0, 1], z[:, :1]) == pytest.approx(1e4)
    np.testing.assert_array_equal(loss.gradient([0, 1], z[:, :1]), [[0.5], [-0.5]])


def test_a_class_can_be_ruled_out_by_a_score_of_minus_infinity():
    z = [[0.0, 0.0, -np.inf]]
    assert SparseCategoricalCrossentropy(from_logits=True)([0], z) == pytest.approx(math.log(2))
    np.testing.assert_allclose(SparseCategoricalCrossentropy(from_logits=True).gradient([0], z), [[-0.5, 0.5, 0]])


@each_case
def test_nan_predictions_show(loss, y_true, y_pred):
    y_pred = y_pred.copy()
    y_pred[0] = np.nan
    assert math.isnan(loss(y_true, y_pred))
    assert np.isnan(loss.gradient(y_true, y_pred)[0]).any()


# -- arrays -----------------------------------------------------------------------------------------------------------


@each_case
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_that_of_the_predictions(loss, y_true, y_pred, dtype):
    y_pred = y_pred.astype(dtype)
    assert type(loss(y_true, y_pred, WEIGHTS)) is float
    assert loss.gradient(y_true, y_pred, WEIGHTS).dtype == dtype
    if loss.joint_activation:
        assert loss.logits_gradient(y_true, y_pred, WEIGHTS).dtype == dtype


@each_case
def test_inputs_are_left_alone(loss, y_true, y_pred):
    arrays = [np.array(array) for array in (y_true, y_pred, WEIGHTS)]
    for array in arrays:
        array.flags.writeable = False
    methods = [loss, loss.gradient, *([loss.logits_gradient] if loss.joint_activation else [])]
    for method in methods:
        method(*arrays)


@each_case
def test_an_empty_batch_costs_nothing(loss, y_true, y_pred):
    assert loss(y_true[:0], y_pred[:0]) == 0.0
    assert loss.gradient(y_true[:0], y_pred[:0]).shape == y_pred[:0].shape


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_a_shuffled_batch_costs_the_same(m, n, seed):
    rng = np.random.default_rng(seed)
    z, labels, order = rng.normal(size=(m, n)), rng.integers(n, size=m), rng.permutation(m)
    loss = SparseCategoricalCrossentropy(from_logits=True)
    assert loss(labels[order], z[order]) == pytest.approx(loss(labels, z), rel=1e-12)
    np.testing.assert_allclose(loss.gradient(labels[order], z[order]), loss.gradient(labels, z)[order], rtol=1e-12)
    # Scores that all move by the same amount mean the same, so no gradient moves them all.
    assert loss(labels, z + 3) == pytest.approx(loss(labels, z), rel=1e-9)
    np.testing.assert_allclose(loss.gradient(labels, z).sum(axis=-1), 0, atol=1e-15)


# -- at the door ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [SparseCategoricalCrossentropy, CategoricalCrossentropy])
@pytest.mark.parametrize("method", ["__call__", "gradient", "logits_gradient"])
def test_scores_for_probabilities_are_told(kind, method):
    y_true = LABELS if kind is SparseCategoricalCrossentropy else EYE[LABELS]
    with pytest.raises(
        ValueError, match=r"takes probabilities.*\(4, 3\).*end the network in 'softmax'.*from_logits=True"
    ):
        getattr(kind(), method)(y_true, scores())


def test_binary_scores_for_probabilities_are_told():
    with pytest.raises(ValueError, match=r"holds numbers from 0.5 to 2: end the network in 'sigmoid'"):
        BinaryCrossentropy()([0, 1], [0.5, 2])


@pytest.mark.parametrize("labels", [[-1, 1], [0, 7]])
def test_binary_labels_lie_between_0_and_1(labels):
    with pytest.raises(ValueError, match=r"binary_crossentropy takes labels between 0 and 1; y_true of shape \(2, 1\)"):
        BinaryCrossentropy()(labels, [0.5, 0.5])


def test_messages_carry_the_name():
    with pytest.raises(ValueError, match=r"^my_loss takes one class index"):
        SparseCategoricalCrossentropy(name="my_loss")(EYE[LABELS], softmax(scores()))


def test_a_rounded_probability_of_more_than_1_passes():
    assert BinaryCrossentropy()([1], np.nextafter(np.float32([1]), 2)) < 1e-6


@pytest.mark.parametrize("smoothing", [-0.1, 1.1])
@pytest.mark.parametrize("kind", [CategoricalCrossentropy, BinaryCrossentropy])
def test_smoothing_is_a_fraction(kind, smoothing):
    with pytest.raises(ValueError, match="label_smoothing must be at least 0 and at most 1"):
        kind(label_smoothing=smoothing)


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), losses.LOSSES.items())
def test_names(name, kind):
    assert type(losses.get(name)) is kind
    assert type(losses.get(kind.__name__)) is kind


@pytest.mark.parametrize("loss", [case[0] for case in CASES.values()], ids=CASES)
def test_a_config_survives_json(loss):
    again = losses.get(json.loads(json.dumps(described(loss))))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config()
    assert type(loss).from_config(loss.get_config()).get_config() == loss.get_config()


# -- PyTorch ----------------------------------------------------------------------------------------------------------


def test_pytorch_agrees():
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    z, labels = 4 * scores((8, 5)), np.arange(8) % 5
    tensor = torch.tensor(z, requires_grad=True)
    multi_hot = np.random.default_rng(0).integers(2, size=(8, 5)).astype(float)
    pairs = [
        (
            SparseCategoricalCrossentropy(from_logits=True),
            labels,
            functional.cross_entropy(tensor, torch.tensor(labels)),
        ),
        (
            CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
            np.eye(5)[labels],
            functional.cross_entropy(tensor, torch.tensor(labels), label_smoothing=0.1),
        ),
        (
            BinaryCrossentropy(from_logits=True),
            multi_hot,
            functional.binary_cross_entropy_with_logits(tensor, torch.tensor(multi_hot)),
        ),
        (MeanSquaredError(), multi_hot, functional.mse_loss(tensor, torch.tensor(multi_hot))),
    ]
    for loss, y_true, expected in pairs:
        (gradient,) = torch.autograd.grad(expected, tensor)
        assert loss(y_true, z) == pytest.approx(expected.item(), rel=1e-12)
        np.testing.assert_allclose(loss.gradient(y_true, z), gradient.numpy(), rtol=1e-10, atol=1e-14)
