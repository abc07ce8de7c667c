import numpy as np
import pytest

from adim import targets

SCORES = np.zeros((4, 3), np.float32)


def test_flat_predictions_get_an_axis_of_outputs():
    assert targets.predictions([0.1, 0.2]).shape == (2, 1)
    assert targets.predictions(np.zeros((2, 5, 5, 1))).shape == (2, 5, 5, 1)


def test_predictions_are_a_batch():
    with pytest.raises(ValueError, match="y_pred must hold a batch"):
        targets.predictions(0.5)


@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 1, 1)])
def test_values_come_flat_or_as_a_column(shape):
    y_pred = np.zeros((4, 1), np.float32)
    result = targets.values(np.arange(4).reshape(shape), y_pred, "mse")
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, [[0], [1], [2], [3]])


@pytest.mark.parametrize("shape", [(1,), (4,), (1, 3), (3,), (4, 1), (3, 4), (5, 3), (1, 1), (4, 3, 2)])
def test_values_never_broadcast(shape):
    with pytest.raises(ValueError, match=r"mse: y_true has shape .*, but y_pred has shape \(4, 3\)"):
        targets.values(np.zeros(shape), SCORES, "mse")


def test_values_that_look_like_classes_are_said_to():
    with pytest.raises(ValueError, match=r"One number per example cannot face 3 outputs.*sparse_categorical"):
        targets.values(np.zeros(4), SCORES, "mse")


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, bool])
@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_classes_of_any_dtype(dtype, shape):
    labels = targets.classes(np.array([0, 1, 1, 0]).astype(dtype).reshape(shape), SCORES, "loss")
    assert labels.dtype == np.intp
    np.testing.assert_array_equal(labels, [0, 1, 1, 0])


def test_classes_of_every_pixel():
    assert targets.classes(np.ones((2, 5, 6, 1)), np.zeros((2, 5, 6, 3)), "loss").shape == (2, 5, 6)


def test_one_hot_labels_are_no_classes():
    with pytest.raises(ValueError, match=r"got shape \(4, 3\)\. These labels look one-hot: use 'categorical_cross"):
        targets.classes(np.eye(3)[[0, 1, 2, 0]], SCORES, "loss")


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 2, 3], r"classes 0 to 2; y_true holds labels from 0 to 3\. 4 classes need a network .* 4 units"),
        ([1, 2, 3, 1], r"labels from 1 to 3\. If the first class is 1, pass y_true - 1"),
        ([-1, 1, 1, 0], "labels from -1 to 1$"),
        ([0.5, 1, 1, 0], "y_true holds fractions"),
        ([np.nan, 1, 1, 0], r"y_true of shape \(4,\) holds 1 NaN or infinite values"),
        ([0, np.inf, -np.inf, 0], "holds 2 NaN or infinite"),
        ([0, 1, 2], r"y_true of shape \(4,\), for predictions of shape \(4, 3\); got shape \(3,\)$"),
    ],
)
def test_labels_that_are_no_class(labels, message):
    with pytest.raises(ValueError, match=message):
        targets.classes(labels, SCORES, "loss")


@pytest.mark.parametrize("check", [targets.classes, targets.distributions])
def test_one_output_cannot_tell_classes_apart(check):
    with pytest.raises(ValueError, match=r"got shape \(4, 1\)\. For two classes and one output use 'binary_cross"):
        check(np.zeros((4, 1)), np.zeros((4, 1)), "loss")


def test_names_are_no_labels():
    with pytest.raises(TypeError, match="y_true must hold real numbers"):
        targets.classes(["cat", "dog", "cat", "dog"], SCORES, "loss")


def test_distributions_may_be_soft():
    soft = np.array([[0.5, 0.25, 0.25]] * 4, np.float16)
    np.testing.assert_array_equal(targets.distributions(soft, SCORES, "loss"), soft)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([0, 1, 2, 0]), r"got shape \(4,\)\. These labels look like class indices: use 'sparse_"),
        (np.array([[0], [1], [2], [0]]), r"got shape \(4, 1\)\. These labels look like class indices"),
        (np.eye(5)[:4], r"got shape \(4, 5\)\. 5 classes need a network that ends in 5 units"),
        (np.eye(3), r"of the shape of the predictions, \(4, 3\); got shape \(3, 3\)$"),
        (np.ones((4, 3)), r"rows that sum to 3 up to 3\. If several .* 'binary_crossentropy' and 'binary_accuracy'"),
        (np.zeros((4, 3)), r"rows that sum to 0 up to 0.*sample_weight of 0"),
        (np.array([[2, -1, 0]] * 4), "without negative numbers.*from -1 to 2"),
        (np.full((4, 3), np.nan), "12 NaN"),
    ],
)
def test_rows_that_are_no_distribution(labels, message):
    with pytest.raises(ValueError, match=message):
        targets.distributions(labels, SCORES, "loss")


@pytest.mark.parametrize("shape", [(2,), (2, 1)])
def test_a_weight_per_example(shape):
    weights = targets.example_weights(np.array([1, 2]).reshape(shape), (2,), np.float32)
    assert weights.dtype == np.float32
    np.testing.assert_array_equal(weights, [1, 2])


def test_a_weight_per_value():
    weights = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(targets.example_weights(weights, (2, 3), float), weights)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 2), (1, 2)])
def test_weights_that_do_not_fit(shape):
    with pytest.raises(ValueError, match=r"one weight per example, of shape \(2,\); got shape"):
        targets.example_weights(np.ones(shape), (2,), float)


def test_weights_are_finite():
    with pytest.raises(ValueError, match=r"sample_weight of shape .* NaN or inf"):
        targets.example_weights([1, np.nan], (2,), float)


def test_nothing_is_modified():
    labels, weights = np.array([0, 1, 2, 0]), np.ones(4)
    for array in (labels, weights):
        array.flags.writeable = False
    targets.classes(labels, SCORES, "loss")
    targets.example_weights(weights, (4,), float)


def test_empty_batches_pass():
    assert targets.classes(np.zeros(0), np.zeros((0, 3)), "loss").shape == (0,)
    assert targets.distributions(np.zeros((0, 3)), np.zeros((0, 3)), "loss").shape == (0, 3)
    assert targets.values(np.zeros(0), np.zeros((0, 1)), "loss").shape == (0, 1)
