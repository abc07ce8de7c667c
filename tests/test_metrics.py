import json
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from adim import losses, metrics
from adim.configs import described
from adim.metrics import (
    BinaryAccuracy,
    CategoricalAccuracy,
    MeanSquaredError,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)

P = np.array([[0.1, 0.6, 0.3], [0.05, 0.95, 0.0], [0.5, 0.2, 0.3], [0.2, 0.3, 0.5]])
LABELS = np.array([2, 1, 0, 0])
EYE = np.eye(3)


def measured(metric, *batches):
    for batch in batches:
        metric.update(*batch)
    return metric.result()


# -- values by hand ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "y_true", "y_pred", "weights", "expected"),
    [
        (SparseCategoricalAccuracy(), LABELS, P, None, 0.5),
        (SparseCategoricalAccuracy(), LABELS[:, None], P, [1, 0.5, 0.5, 2], 0.25),
        (CategoricalAccuracy(), EYE[LABELS], P, None, 0.5),
        (CategoricalAccuracy(), EYE[LABELS], P, [1, 0.5, 0.5, 2], 0.25),
        (SparseTopKCategoricalAccuracy(k=1), LABELS, P, None, 0.5),
        (SparseTopKCategoricalAccuracy(k=2), LABELS, P, None, 0.75),
        (SparseTopKCategoricalAccuracy(), LABELS, P, None, 1.0),
        (TopKCategoricalAccuracy(k=2), EYE[LABELS], P, [1, 1, 1, 0], 1.0),
        (TopKCategoricalAccuracy(k=2), EYE[LABELS], P, None, 0.75),
        (BinaryAccuracy(), [1, 1, 0, 0], [[0.98], [1], [0], [0.6]], None, 0.75),
        (BinaryAccuracy(), [1, 1, 0, 0], [[0.98], [1], [0], [0.6]], [1, 0, 0, 1], 0.5),
        (BinaryAccuracy(), [0], [0.5], None, 1.0),  # one half is not above one half
        (BinaryAccuracy(threshold=0.7), [1, 1, 0, 0], [0.98, 0.65, 0, 0.6], None, 0.75),
        (BinaryAccuracy(), [[1, 0], [1, 1]], [[0.9, 0.9], [0.9, 0.9]], [1, 3], (0.5 + 3) / 4),
        (MeanSquaredError(), [[0, 1], [0, 0]], [[1, 1], [0, 3]], None, 2.5),
        (MeanSquaredError(), [[0, 1], [0, 0]], [[1, 1], [0, 3]], [3, 1], 1.5),
    ],
    ids=repr,
)
def test_values_by_hand(metric, y_true, y_pred, weights, expected):
    metric.reset()
    assert measured(metric, (y_true, y_pred, weights)) == pytest.approx(expected, abs=1e-12)


def test_ties_count_for_the_label():
    tied = [[0.4, 0.4, 0.2]]
    assert measured(SparseTopKCategoricalAccuracy(k=1), ([1], tied)) == 1.0
    assert measured(SparseTopKCategoricalAccuracy(k=2), ([2], tied)) == 0.0


def test_nan_is_never_right():
    nan = [[np.nan, np.nan, np.nan]]
    assert measured(SparseTopKCategoricalAccuracy(k=3), ([1], nan)) == 0.0
    assert measured(TopKCategoricalAccuracy(k=3), ([[0, 1, 0]], nan)) == 0.0
    assert math.isnan(measured(MeanSquaredError(), ([1], [np.nan])))


def test_pixels_have_accuracies_too():
    p = np.zeros((2, 2, 2, 3))
    p[..., 1] = 1
    y_true = np.array([[[1, 1], [1, 1]], [[1, 0], [0, 0]]])
    assert measured(SparseCategoricalAccuracy(), (y_true, p)) == 5 / 8
    assert measured(SparseCategoricalAccuracy(), (y_true, p, [1, 3])) == (4 + 3 * 1) / 16
    assert measured(CategoricalAccuracy(), (EYE[y_true], p, [1, 3])) == (4 + 3 * 1) / 16


# -- over batches -----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.booleans(), st.integers(0, 2**32 - 1))
def test_the_sizes_of_batches_do_not_matter(sizes, weighted, seed):
    rng = np.random.default_rng(seed)
    m = sum(sizes)
    labels, p = rng.integers(4, size=m), rng.random((m, 4))
    weights = rng.random(m) if weighted else None
    cuts = np.cumsum(sizes)[:-1]
    for metric in (SparseCategoricalAccuracy(), SparseTopKCategoricalAccuracy(k=2)):
        whole = measured(metric, (labels, p, weights))
        metric.reset()
        parts = np.split(labels, cuts), np.split(p, cuts), np.split(weights, cuts) if weighted else [None] * len(sizes)
        assert measured(metric, *zip(*parts, strict=True)) == pytest.approx(whole, abs=1e-12)
        # One by one, in plain Python.
        ranks = [sum(other > row[label] for other in row) for label, row in zip(labels, p, strict=True)]
        right = [rank < getattr(metric, "k", 1) for rank in ranks]
        counts = weights if weighted else np.ones(m)
        assert whole == pytest.approx(np.dot(right, counts) / counts.sum() if m else 0.0, abs=1e-12)


def test_a_reset_forgets():
    metric = SparseCategoricalAccuracy()
    metric.update(LABELS, P)
    metric.reset()
    assert metric.result() == 0.0
    metric.update(LABELS[1:3], P[1:3])
    assert metric.result() == 1.0


def test_no_weight_no_result():
    assert measured(SparseCategoricalAccuracy(), (LABELS, P, np.zeros(4))) == 0.0
    assert measured(SparseCategoricalAccuracy(), (LABELS[:0], P[:0])) == 0.0


def test_results_are_plain_floats_whatever_the_dtype():
    for metric, y_true in ((SparseCategoricalAccuracy(), LABELS), (MeanSquaredError(), P)):
        assert type(measured(metric, (y_true, P.astype(np.float32), np.ones(4, np.float32)))) is float


def test_a_mean_over_many_float32_batches_loses_nothing():
    metric = MeanSquaredError()
    for _ in range(1000):
        metric.update(np.zeros(1000, np.float32), np.full(1000, 0.7, np.float32))
    assert metric.result() == pytest.approx(float(np.float32(0.7)) ** 2, rel=1e-7)


# -- at the door ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "y_true", "message"),
    [
        (SparseCategoricalAccuracy(), EYE[LABELS], r"sparse_categorical_accuracy takes one class index.*look one-hot"),
        (SparseTopKCategoricalAccuracy(), EYE[LABELS], r"sparse_top_k_categorical_accuracy takes one class index"),
        (CategoricalAccuracy(), LABELS, r"categorical_accuracy takes one-hot labels.*look like class indices"),
        (TopKCategoricalAccuracy(), LABELS, r"top_k_categorical_accuracy takes one-hot labels"),
        (BinaryAccuracy(), LABELS, r"binary_accuracy: y_true has shape \(4,\), but y_pred has shape \(4, 3\)"),
        (MeanSquaredError(), P[:2], r"mean_squared_error: y_true has shape \(2, 3\)"),
        (SparseCategoricalAccuracy(name="right"), LABELS + 1, r"right: the 3 outputs .* from 1 to 3"),
    ],
    ids=repr,
)
def test_labels_that_do_not_fit(metric, y_true, message):
    with pytest.raises(ValueError, match=message):
        metric.update(y_true, P)
    assert metric.result() == 0.0


@pytest.mark.parametrize("k", [0, -1])
def test_k_is_positive(k):
    for kind in (TopKCategoricalAccuracy, SparseTopKCategoricalAccuracy):
        with pytest.raises(ValueError, match="k must be at least 1"):
            kind(k=k)


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["accuracy", "acc"])
@pytest.mark.parametrize(
    ("loss", "output_shape", "kind"),
    [
        ("binary_crossentropy", (None, 1), BinaryAccuracy),
        ("mse", (1,), BinaryAccuracy),
        ("sparse_categorical_crossentropy", (None, 6), SparseCategoricalAccuracy),
        ("categorical_crossentropy", (6,), CategoricalAccuracy),
        ("binary_crossentropy", (None, 6), CategoricalAccuracy),  # by the shape of the output, as Keras
        ("mse", (None, 6), CategoricalAccuracy),
    ],
)
def test_accuracy_is_the_one_that_fits(name, loss, output_shape, kind):
    metric = metrics.get(name, losses.get(loss), output_shape)
    assert type(metric) is kind
    assert metric.name == name


def test_scores_are_decided_at_zero():
    loss = losses.BinaryCrossentropy(from_logits=True)
    assert measured(metrics.get("accuracy", loss, (None, 1)), ([1, 0, 1], [0.1, -0.1, 3.0])) == 1.0
    assert metrics.get("accuracy", losses.BinaryCrossentropy(), (None, 1)).threshold == 0.5


def test_accuracy_needs_an_output():
    with pytest.raises(ValueError, match="'accuracy' needs the shape of the network's output"):
        metrics.get("accuracy")


@pytest.mark.parametrize(("name", "kind"), metrics.METRICS.items())
def test_names(name, kind):
    metric = metrics.get(name)
    assert type(metric) is kind
    assert metric.name == name


def test_an_object_keeps_its_name():
    metric = SparseTopKCategoricalAccuracy(3, name="top3")
    assert metrics.get(metric, None, (None, 10)) is metric
    assert metric.name == "top3"


def test_an_unknown_name():
    with pytest.raises(ValueError, match=r"metric must be one of binary_accuracy, .*; got 'acuracy'"):
        metrics.get("acuracy", None, (3,))


@pytest.mark.parametrize(
    "metric",
    [BinaryAccuracy(threshold=0.3), CategoricalAccuracy("right"), TopKCategoricalAccuracy(3), MeanSquaredError()],
)
def test_a_config_survives_json(metric):
    again = metrics.get(json.loads(json.dumps(described(metric))))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config()
