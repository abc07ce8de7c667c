"""The training loop: what it takes, in which order, and what it reports. Numbers are worked by hand."""

from itertools import chain

import numpy as np
import pytest

from adim.callbacks import Callback
from adim.layers import Add, Dense, Dropout, Input, Layer
from adim.losses import MeanSquaredError, SparseCategoricalCrossentropy
from adim.model import Model, Sequential
from adim.optimizers import SGD


class Spy(Layer):
    """Hand batches on and keep them."""

    def __init__(self, **common):
        super().__init__(**common)
        self.batches = []

    def compute_output_shape(self, input_shape):
        return input_shape

    def forward(self, x, *, training=False, rng=None):
        self.batches.append((training, x.ravel().tolist()))
        return x, None

    def backward(self, grad, cache, *, input_gradient=True):
        return grad, {}


class Diary(Callback):
    """Write down every moment, with what is known then."""

    def __init__(self):
        self.moments = []

    def on_train_begin(self, logs=None):
        self.moments.append("train begins")

    def on_train_end(self, logs=None):
        self.moments.append(("train ends", dict(logs)))

    def on_epoch_begin(self, epoch, logs=None):
        self.moments.append(f"epoch {epoch} begins")

    def on_epoch_end(self, epoch, logs=None):
        self.moments.append((f"epoch {epoch} ends", dict(logs)))

    def on_train_batch_begin(self, batch, logs=None):
        self.moments.append(f"batch {batch} begins")

    def on_train_batch_end(self, batch, logs=None):
        self.moments.append((f"batch {batch} ends", dict(logs)))


def line(spy=None, learning_rate=0.0, **compiled):
    """y = w x with w = 1, under squared error."""
    layers = [Input((1,)), *([spy] if spy else []), Dense(1, use_bias=False, kernel_initializer="ones")]
    model = Sequential(layers, seed=0)
    model.compile(**({"optimizer": SGD(learning_rate), "loss": "mse"} | compiled))
    return model


def classifier(classes=3, **options):
    model = Sequential([Input((4,)), Dense(8, activation="relu"), Dropout(0.3), Dense(classes, "softmax")], **options)
    model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    return model


X = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
Y = np.random.default_rng(1).integers(0, 3, 50)


def test_one_step_of_gradient_descent_by_hand():
    model = line(learning_rate=0.1)
    history = model.fit([[1.0], [2.0]], [[0.0], [1.0]], shuffle=False, verbose=0)
    # loss = ((w - 0)^2 + (2w - 1)^2) / 2 = 1 at w = 1; its slope there is (2w + 4(2w - 1)) / 2 = 3
    assert history.history == {"loss": [1.0]}
    assert model.get_weights()[0] == pytest.approx(0.7)


def test_the_reported_loss_is_the_mean_over_examples_not_over_batches():
    x, y = np.zeros((5, 1)), np.array([0.0, 0, 0, 0, 10])  # losses 0, 0, 0, 0, 100
    model = line()
    history = model.fit(x, y, batch_size=2, shuffle=False, verbose=0, validation_data=(x[3:], y[3:]))
    assert history.history == {"loss": [20.0], "val_loss": [50.0]}
    assert model.evaluate(x, y, batch_size=4, verbose=0) == 20


def test_sample_and_class_weights_multiply_the_losses():
    x, y = np.zeros((4, 1)), np.array([0, 1, 2, 3])  # losses 0, 1, 4, 9
    model = line()
    fit = {"batch_size": 3, "verbose": 0}
    assert model.fit(x, y, sample_weight=[1, 2, 0, 1], **fit).history["loss"] == [11 / 4]
    assert model.fit(x, y, class_weight={1: 10, 3: 0.0}, **fit).history["loss"] == [14 / 4]
    assert model.fit(x, y, class_weight={1: 10}, sample_weight=[1, 2, 0, 1], **fit).history["loss"] == [29 / 4]
    assert model.evaluate(x, y, sample_weight=[1, 2, 0, 1], verbose=0) == 11 / 4


def test_class_weights_leave_the_validation_alone():
    x, y = np.zeros((4, 1)), np.array([0, 1, 2, 3])  # losses 0, 1, 4, 9
    history = line().fit(x, y, class_weight={1: 10, 3: 10}, sample_weight=[1, 1, 1, 2], validation_split=0.5, verbose=0)
    assert history.history == {"loss": [5], "val_loss": [11]}


@pytest.mark.parametrize(
    ("class_weight", "error", "message"),
    [
        ({0: -1.0}, ValueError, r"class_weight\[0\] must be at least 0; got -1"),
        ({0: np.nan}, ValueError, r"class_weight\[0\]"),
        ({"cat": 1.0}, TypeError, "a key of class_weight must be an integer"),
        ("balanced", TypeError, "class_weight must be a dict"),
    ],
)
def test_class_weights_that_weigh_nothing_are_refused(class_weight, error, message):
    with pytest.raises(error, match=message):
        line().fit(np.zeros((2, 1)), np.array([0, 1]), class_weight=class_weight, verbose=0)


def test_class_weights_read_one_hot_labels():
    model = classifier()
    model.compile(SGD(0.0), "categorical_crossentropy")
    assert model.fit(X, np.eye(3)[Y], class_weight={0: 0, 1: 0, 2: 0}, verbose=0).history["loss"] == [0]


def test_metrics_are_not_weighted():
    model = classifier(seed=0)
    model.compile(SGD(0.0), "sparse_categorical_crossentropy", ["accuracy"])
    plain, weighted = (
        model.fit(X, Y, sample_weight=weights, seed=0, verbose=0).history["accuracy"] for weights in (None, 3 * Y)
    )
    assert plain == weighted


def test_validation_is_the_last_part_before_shuffling():
    spy = Spy()
    model = line(spy)
    x = np.arange(10.0).reshape(10, 1)
    model.fit(x, x, validation_split=0.25, epochs=2, batch_size=100, verbose=0)
    trained = [batch for training, batch in spy.batches if training]
    measured = [batch for training, batch in spy.batches if not training]
    assert [sorted(batch) for batch in trained] == [list(range(7))] * 2  # floor(0.75 * 10), as in Keras
    assert measured == [[7, 8, 9]] * 2


def test_every_epoch_has_an_order_of_its_own_and_every_example_once():
    spy = Spy()
    x = np.arange(20.0).reshape(20, 1)
    line(spy).fit(x, x, epochs=3, batch_size=8, verbose=0)
    batches = [batch for _, batch in spy.batches]
    assert [len(batch) for batch in batches] == [8, 8, 4] * 3
    epochs = [list(chain(*batches[start : start + 3])) for start in (0, 3, 6)]
    assert all(sorted(epoch) == list(range(20)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3
    spy.batches.clear()
    line(spy).fit(x, x, shuffle=False, batch_size=8, verbose=0)
    assert list(chain(*(batch for _, batch in spy.batches))) == list(range(20))


def test_images_stay_uint8_until_their_batch():
    seen = []

    class Dtypes(Spy):
        def forward(self, x, *, training=False, rng=None):
            seen.append(x.dtype)
            return x, None

    images = np.full((6, 1), 255, np.uint8)
    model = line(Dtypes())
    model.fit(images, np.zeros(6), batch_size=4, verbose=0)
    assert seen == [np.float32] * 2
    assert images.dtype == np.uint8


def test_callbacks_hear_of_everything_in_order():
    diary = Diary()
    x, y = np.zeros((3, 1)), np.array([0.0, 2.0, 1.0])
    line().fit(x, y, batch_size=2, epochs=5, initial_epoch=4, shuffle=False, verbose=0, callbacks=diary)
    assert diary.moments == [
        "train begins",
        "epoch 4 begins",
        "batch 0 begins",
        ("batch 0 ends", {"loss": 2.0}),
        "batch 1 begins",
        ("batch 1 ends", {"loss": 5 / 3}),
        ("epoch 4 ends", {"loss": 5 / 3}),
        ("train ends", {"loss": 5 / 3}),
    ]


def test_a_callback_can_add_to_the_logs_and_end_training():
    class Stop(Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["extra"] = 7.0
            self.model.stop_training = epoch == 1

    history = line().fit([[1.0]], [[1.0]], epochs=9, callbacks=[Stop()], verbose=0)
    assert (history.epoch, history.history["extra"]) == ([0, 1], [7.0, 7.0])


def test_stopping_within_an_epoch():
    class Stop(Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 1

    spy = Spy()
    model = line(spy)
    model.fit(np.zeros((10, 1)), np.zeros(10), batch_size=2, epochs=3, callbacks=[Stop()], verbose=0)
    assert len(spy.batches) == 2
    assert model.history.epoch == [0]


def test_callbacks_hear_of_the_end_when_training_is_interrupted():
    class Interrupt(Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    diary, model = Diary(), line()
    with pytest.raises(KeyboardInterrupt):
        model.fit([[1.0]], [[0.0]], epochs=9, callbacks=[diary, Interrupt()], verbose=0)
    assert diary.moments[-1] == ("train ends", {"loss": 1.0})
    assert model.history.epoch == [0, 1]


def test_the_same_seed_gives_the_same_bits():
    def trained(seed, fit_seed=None):
        model = classifier(seed=seed)
        model.fit(X, Y, epochs=3, batch_size=8, verbose=0)
        model.fit(X, Y, epochs=2, batch_size=8, verbose=0, seed=fit_seed)
        return model.get_weights()

    first = trained(4)
    assert all(np.array_equal(a, b) for a, b in zip(first, trained(4), strict=True))
    assert not np.array_equal(first[0], trained(5)[0])
    assert not np.array_equal(first[0], trained(4, fit_seed=1)[0])
    assert np.array_equal(trained(4, fit_seed=1)[0], trained(4, fit_seed=1)[0])


def test_a_loss_that_is_not_finite_is_reported_and_changes_nothing():
    x = np.array([[1.0], [np.nan], [1.0]])
    model, diary = line(learning_rate=0.1), Diary()
    with pytest.warns(RuntimeWarning, match="loss became nan in epoch 1, batch 2: training stops here"):
        history = model.fit(x, np.zeros(3), batch_size=1, epochs=4, shuffle=False, callbacks=[diary], verbose=0)
    assert np.isnan(history.history["loss"]).tolist() == [True]
    assert model.get_weights()[0] == pytest.approx(0.8)  # the one step that was sound
    assert np.isnan(diary.moments[-1][1]["loss"])


def test_a_diverging_network_is_reported_once_without_numpys_warnings():
    model = line(learning_rate=1e30)
    with pytest.warns(RuntimeWarning) as warned:
        model.fit(np.full((4, 1), 1e3), np.zeros(4), batch_size=1, epochs=50, verbose=0)
    assert [str(warning.message)[:15] for warning in warned] == ["the loss became"]


def test_a_saturated_wrong_answer_still_learns():
    model = Sequential([Input((1,)), Dense(2, "softmax", kernel_initializer="ones")])
    model.set_weights([[[0.0, 200.0]], [0.0, 0.0]])  # softmax(0, 200) = (0, 1) to the last bit
    model.compile(SGD(1.0), SparseCategoricalCrossentropy())
    model.fit([[1.0]], [0], verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], [[1.0, 199.0]])  # the gradient is p - y = (-1, 1)


@pytest.mark.parametrize(
    ("x", "y", "options", "error", "message"),
    [
        (X[:0], Y[:0], {}, ValueError, r"no examples: x has shape \(0, 4\)"),
        (X, Y[:-1], {}, ValueError, r"equally many rows; got shapes \(50, 4\) and \(49,\)"),
        (X, Y[np.newaxis], {}, ValueError, r"got shapes \(50, 4\) and \(1, 50\). Turn it with y.T"),
        (X, 3, {}, ValueError, r"and \(\)"),
        (X[:, :3], Y, {}, ValueError, r"takes arrays of shape \(None, 4\); got \(50, 3\)"),
        (X, Y + 1, {}, ValueError, "classes 0 to 2; y_true holds labels from 1 to 3"),
        (X, np.eye(3)[Y], {}, ValueError, "look one-hot"),
        (X, np.array(["a"] * 50), {}, TypeError, "y_true"),
        (X, Y, {"sample_weight": [1, 2]}, ValueError, r"x and sample_weight.*\(50, 4\) and \(2,\)"),
        (X, Y, {"class_weight": {"cat": 1}}, TypeError, "a key of class_weight must be an integer"),
        (X, Y, {"batch_size": 0}, ValueError, "batch_size must be at least 1; got 0"),
        (X, Y, {"epochs": -1}, ValueError, "epochs must be at least 0"),
        (X, Y, {"epochs": 2.5}, TypeError, "epochs must be an integer"),
        (X, Y, {"validation_split": 1.5}, ValueError, "between 0 and 1; got 1.5"),
        (X, Y, {"validation_split": 0.99}, ValueError, "leaves none of the 50 examples"),
        (X, Y, {"validation_data": (X,)}, ValueError, r"\(x, y\) or \(x, y, sample_weight\); got 1 parts"),
        (X, Y, {"validation_data": X}, ValueError, "got ndarray"),
        (X, Y, {"validation_data": (X, Y[:3])}, ValueError, "validation_data: x and y must have equally many rows"),
        (X, Y, {"validation_data": (X, Y + 1)}, ValueError, "labels from 1 to 3"),
        (X, Y, {"verbose": 3}, ValueError, "verbose must be"),
    ],
)
def test_bad_data_is_refused_before_the_first_step(x, y, options, error, message):
    model, diary = classifier(), Diary()
    with pytest.raises(error, match=message):
        model.fit(x, y, **({"verbose": 0, "callbacks": diary} | options))
    assert diary.moments == []
    assert model.optimizer.iterations == 0


def test_labels_out_of_range_are_found_wherever_they_are():
    labels = np.zeros(3000, int)
    labels[2999] = 3
    with pytest.raises(ValueError, match="labels from 0 to 3"):
        classifier().fit(np.zeros((3000, 4)), labels, verbose=0)


def test_zero_epochs_train_nothing():
    assert classifier().fit(X, Y, epochs=0, verbose=0).history == {}


def test_predictions_come_batch_by_batch():
    spy = Spy()
    model = line(spy)
    x = np.arange(5.0).reshape(5, 1)
    assert model.predict(x, batch_size=2).ravel().tolist() == [0, 1, 2, 3, 4]
    assert [len(batch) for _, batch in spy.batches] == [2, 2, 1]
    assert model.predict(np.zeros((0, 1))).shape == (0, 1)
    assert model.predict(x.astype(np.uint8)).dtype == np.float32


def test_several_inputs_travel_together():
    a, b = Input((1,)), Input((1,))
    model = Model([a, b], Add()([a, Dense(1, use_bias=False, kernel_initializer="ones")(b)]), seed=0)
    model.compile(SGD(0.0), MeanSquaredError())
    x = [np.arange(6.0).reshape(6, 1), 10 * np.arange(6.0).reshape(6, 1)]
    y = 11 * np.arange(6.0)
    history = model.fit(x, y, batch_size=4, validation_split=0.5, verbose=0)
    assert history.history == {"loss": [0.0], "val_loss": [0.0]}
    assert model.predict(x, batch_size=4).ravel().tolist() == y.tolist()
    assert model.evaluate(x, y, verbose=0) == 0
