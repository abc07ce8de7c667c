"""Models: building, summaries, weights, files. The course's two networks are written in the lines that people know."""

import json
import pickle
import re

import numpy as np
import pytest

from adim import keras as tf_keras
from adim.callbacks import EarlyStopping, ModelCheckpoint
from adim.files.model_file import write_model
from adim.keras import layers as tfl
from adim.layers import (
    LAYERS,
    Add,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    InputLayer,
    Layer,
    ReLU,
)
from adim.losses import Loss
from adim.model import Model, Sequential, from_config, load_model
from adim.optimizers import SGD, Adam


def convolutional_model(input_shape):
    """The SIGNS network, in the course's lines."""
    input_img = tf_keras.Input(shape=input_shape)
    Z1 = tfl.Conv2D(filters=8, kernel_size=(4, 4), padding="same")(input_img)
    A1 = tfl.ReLU()(Z1)
    P1 = tfl.MaxPool2D(pool_size=(8, 8), strides=(8, 8), padding="same")(A1)
    Z2 = tfl.Conv2D(filters=16, kernel_size=(2, 2), padding="same")(P1)
    A2 = tfl.ReLU()(Z2)
    P2 = tfl.MaxPool2D(pool_size=(4, 4), strides=(4, 4), padding="same")(A2)
    F = tfl.Flatten()(P2)
    outputs = tfl.Dense(units=6, activation="softmax")(F)
    return tf_keras.Model(inputs=input_img, outputs=outputs)


def happy_model(seed=None):
    """The Happy House network, in the course's lines."""
    return tf_keras.Sequential(
        [
            tfl.ZeroPadding2D(padding=3, input_shape=(64, 64, 3)),
            tfl.Conv2D(32, 7, strides=1),
            tfl.BatchNormalization(axis=3),
            tfl.ReLU(),
            tfl.MaxPool2D(),
            tfl.Flatten(),
            tfl.Dense(1, activation="sigmoid"),
        ],
        seed=seed,
    )


def residual(seed=0, dtype="float32"):
    """A little of everything that a file has to keep."""
    image, flag = Input((6, 6, 2), name="image"), Input((3,), name="flag")
    x = Conv2D(4, 3, padding="same", activation="relu")(image)
    x = Add()([x, BatchNormalization()(Conv2D(4, 3, padding="same")(x))])
    shared = Dense(3, activation="tanh")
    x = Concatenate()([shared(GlobalAveragePooling2D()(x)), shared(Dense(4)(flag))])
    model = Model([image, flag], Dense(2, activation="softmax")(Dropout(0.2)(x)), seed=seed, dtype=dtype)
    model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    return model


RNG = np.random.default_rng(0)
BATCH = [RNG.normal(size=(8, 6, 6, 2)), RNG.normal(size=(8, 3))]
LABELS = RNG.integers(0, 2, 8)


def dense(units=2, **options):
    return Sequential([Input((3,)), Dense(units)], seed=0, **options)


def test_the_signs_network_has_the_courses_parameter_counts():
    model = convolutional_model((64, 64, 3))
    assert model.count_params() == 1310
    assert [layer.count_params() for layer in model.layers if layer.count_params()] == [392, 528, 390]
    assert model.output_shape == (None, 6)


def test_the_happy_house_network_has_the_courses_parameter_counts():
    model = happy_model()
    counts = {layer.name: layer.count_params() for layer in model.layers if layer.count_params()}
    assert counts == {"conv2d": 4736, "batch_normalization": 128, "dense": 32769}


def test_both_networks_train_as_in_the_course():
    labels = np.arange(12) % 6
    images = np.random.default_rng(0).random((12, 64, 64, 3)) * (1 + labels.reshape(12, 1, 1, 1)) / 6
    model = convolutional_model((64, 64, 3))
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(images, np.eye(6)[labels], epochs=3, batch_size=6, verbose=0)
    assert sorted(history.history) == ["accuracy", "loss"]
    assert history.history["loss"][-1] < history.history["loss"][0]
    happy = happy_model(seed=0)
    happy.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    history = happy.fit(images, labels.reshape(12, 1) > 2, epochs=5, batch_size=6, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]


def test_a_small_batch_is_learned_by_heart():
    model = residual()
    model.compile(Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(BATCH, LABELS, epochs=200, batch_size=8, verbose=0)
    loss, accuracy = model.evaluate(BATCH, LABELS, verbose=0)
    assert accuracy == 1
    assert loss < 0.1


def test_training_again_gives_the_same_bits():
    def trained():
        model = residual(seed=6)
        model.fit(BATCH, LABELS, epochs=3, batch_size=3, verbose=0)
        return model.get_weights()

    assert all(np.array_equal(a, b) for a, b in zip(trained(), trained(), strict=True))


def test_the_summary_of_a_chain():
    lines = []
    convolutional_model((64, 64, 3)).summary(print_fn=lines.append)
    text = "\n".join(lines)
    assert lines[0] == 'Model: "model"'
    assert re.search(r"^conv2d_1 \(Conv2D\) +\(None, 8, 8, 16\) +528$", text, re.MULTILINE)
    assert "Connected to" not in text
    assert lines[-4:-1] == [
        "Total params: 1,310 (5.12 KB)",
        "Trainable params: 1,310 (5.12 KB)",
        "Non-trainable params: 0 (0.00 B)",
    ]
    assert len({len(line) for line in lines if set(line) in ({"_"}, {"="})}) == 1


def test_the_summary_of_a_graph_says_what_is_connected(capsys):
    model = residual()
    model.get_layer("conv2d").trainable = False
    model.summary()
    text = capsys.readouterr().out
    assert re.search(r"^add \(Add\) .* conv2d, batch_normalization$", text, re.MULTILINE)
    assert re.search(r"^dense \(Dense\) +\(None, 3\) +15 +\S+, dense_1$", text, re.MULTILINE)
    assert "Total params: 285 (1.11 KB)" in text
    assert "Non-trainable params: 84 (336.00 B)" in text  # a convolution of 76, and two moving averages of 4


def test_a_sequential_is_the_same_however_it_is_built():
    def layers():
        return [Flatten(), Dense(4, activation="relu"), Dense(2)]

    at_once = Sequential([Input((2, 3)), *layers()], seed=5)
    one_by_one = Sequential(seed=5)
    one_by_one.add(Input((2, 3)))
    for layer in layers():
        one_by_one.add(layer)
    deferred = Sequential(layers(), seed=5)
    deferred.build((None, 2, 3))
    first_knows = Sequential([Flatten(input_shape=(2, 3)), *layers()[1:]], seed=5)
    entry = Sequential([InputLayer((2, 3)), *layers()], seed=5)
    nested = Sequential([Sequential([Input((2, 3)), layers()[0]]), *layers()[1:]], seed=5)
    for model in (one_by_one, deferred, first_knows, entry, nested):
        for ours, theirs in zip(at_once.get_weights(), model.get_weights(), strict=True):
            assert np.array_equal(ours, theirs)
        assert [layer.name for layer in model.layers] == ["flatten", "dense", "dense_1"]


def test_nameless_layers_are_named_in_the_order_in_which_they_are_made():
    image = Input((4, 4, 1))
    first, second = Conv2D(2, 3, padding="same"), Conv2D(2, 1)
    Model(image, Add()([first(image), BatchNormalization()(second(image))]))  # second is farther from the output
    assert (first.name, second.name) == ("conv2d", "conv2d_1")


def test_a_deferred_sequential_is_built_by_the_first_data():
    model = Sequential([Dense(2)], seed=0)
    model.compile("sgd", "mse", ["mse"])
    with pytest.raises(ValueError, match="does not know the shape of its inputs yet"):
        model.summary()
    with pytest.raises(ValueError, match="does not know the shape"):
        model.count_params()
    assert model.predict(np.zeros((4, 3))).shape == (4, 2)
    assert model.input_shape == (None, 3)
    model.fit(np.zeros((4, 3)), np.zeros((4, 2)), verbose=0)
    with pytest.raises(ValueError, match=r"takes inputs of shape \(None, 3\); got \(None, 5\)"):
        model.build((None, 5))


def test_a_sequential_refuses_what_does_not_fit_and_stays_as_it_was():
    model = dense()
    before = model.count_params()
    with pytest.raises(ValueError, match="Conv2D cannot follow"):
        model.add(Conv2D(4, 3))
    with pytest.raises(ValueError, match="stands first"):
        model.add(Input((3,)))
    with pytest.raises(ValueError, match="stands in this Sequential already"):
        model.add(model.layers[0])
    with pytest.raises(TypeError, match=r"write Dense\(\.\.\.\), with parentheses"):
        model.add(Dense)
    with pytest.raises(TypeError, match="call a Model on a tensor"):
        model.add(residual())
    assert (model.count_params(), len(model.layers)) == (before, 1)
    with pytest.raises(ValueError, match=r"begins with None, for the batch axis; got \(28, 28, 1\)"):
        Sequential([Flatten()]).build((28, 28, 1))


def test_get_layer():
    model = residual()
    assert model.get_layer("add") is model.get_layer(index=model.layers.index(model.get_layer("add")))
    with pytest.raises(ValueError, match="no layer 'conv'; the layers are image, "):
        model.get_layer("conv")
    with pytest.raises(ValueError, match="no layer 99"):
        model.get_layer(index=99)
    with pytest.raises(ValueError, match="either a name or an index"):
        model.get_layer()


def test_weights_are_copied_out_and_checked_in():
    model = dense()
    weights = model.get_weights()
    weights[0][:] = 7
    assert not (model.get_weights()[0] == 7).any()
    model.set_weights(weights)
    assert (model.get_weights()[0] == 7).all()
    with pytest.raises(ValueError, match="2 arrays of weights; got 1"):
        model.set_weights(weights[:1])
    with pytest.raises(ValueError, match=r"dense/bias has shape \(2,\); got \(3,\)"):
        model.set_weights([np.zeros((3, 2)), np.zeros(3)])
    assert (model.get_weights()[0] == 7).all()


def test_calling_a_model_computes_or_joins():
    model = residual()
    np.testing.assert_array_equal(model(BATCH), model.predict(BATCH))
    assert not np.array_equal(model(BATCH, training=True), model(BATCH, training=True))  # dropout
    stem = Sequential([Flatten(name="stem_flatten"), Dense(3, name="stem_dense")], seed=1)
    x = Input((2, 2))
    joined = Model(x, Dense(1)(ReLU()(stem(x))), seed=2)
    assert [layer.name for layer in joined.layers][1:] == ["stem_flatten", "stem_dense", "re_lu", "dense"]
    images = np.ones((1, 2, 2))
    by_hand = np.maximum(stem.predict(images), 0) @ joined.get_layer("dense").parameters["kernel"]
    np.testing.assert_allclose(joined.predict(images), by_hand, rtol=1e-6)


def test_a_frozen_base_carries_a_new_head():
    base = Sequential([Input((3,)), Dense(4, activation="tanh", name="base")], seed=0)
    base.trainable = False
    assert not base.trainable
    model = Model(base.input, Dense(2, activation="softmax")(base.output), seed=1)
    model.compile(SGD(0.5), "sparse_categorical_crossentropy")
    before = model.get_weights()
    model.fit(RNG.normal(size=(6, 3)), [0, 1, 0, 1, 0, 1], verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert changed == [False, False, True, True]


def test_astype_gives_a_model_of_its_own():
    for model in (residual(), dense()):
        model.compile(Adam(0.01), "mse")
        twin = model.astype("float64")
        x = BATCH if model.name == "model" else BATCH[1]
        assert type(twin) is type(model)
        assert twin.predict(x).dtype == np.float64
        np.testing.assert_allclose(twin.predict(x), model.predict(x), rtol=1e-5)
        twin.fit(x, np.zeros((8, 2)), verbose=0)
        assert (twin.optimizer.iterations, model.optimizer.iterations) == (1, 0)
        assert not np.allclose(twin.predict(x), model.predict(x), rtol=1e-5)
    twin.add(Dense(7))
    assert (twin.output_shape, model.output_shape) == ((None, 7), (None, 2))
    assert twin.graph.dtype == np.float64


def test_compile_says_what_is_wrong():
    model = dense()
    for call in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match="not compiled: call compile"):
            call(np.zeros((1, 3)), np.zeros((1, 2)))
    model.compile()
    with pytest.raises(ValueError, match="compiled without a loss"):
        model.fit(np.zeros((1, 3)), np.zeros((1, 2)))
    with pytest.raises(ValueError, match="optimizer must be one of"):
        model.compile("adamm", "mse")
    with pytest.raises(ValueError, match="loss must be one of"):
        model.compile("adam", "msee")
    with pytest.raises(ValueError, match="metric must be one of"):
        model.compile("adam", "mse", ["acuracy"])
    with pytest.raises(ValueError, match="different names, and not 'loss'; got mse, mse"):
        model.compile("adam", "mse", ["mse", "mse"])


def test_evaluate_returns_what_keras_returns(capsys):
    model = dense()
    x, y = np.zeros((4, 3)), np.ones((4, 2))
    model.compile("sgd", "mse")
    assert model.evaluate(x, y, verbose=0) == 1
    model.compile("sgd", "mse", metrics="mse")
    assert model.evaluate(x, y, verbose=0) == [1, 1]
    assert model.evaluate(x, y, return_dict=True) == {"loss": 1, "mse": 1}
    assert capsys.readouterr().out == "4 examples - loss: 1.0000 - mse: 1.0000\n"


def test_verbose_says_how_much_is_printed(capsys):
    model = dense()
    model.compile(SGD(0.0), "mse")
    for verbose in (0, 1, 2, "auto"):
        model.fit(np.zeros((4, 3)), np.ones((4, 2)), verbose=verbose)
        expected = "" if verbose == 0 else "Epoch 1/1 - 0s - loss: 1.0000\n"
        assert capsys.readouterr().out == expected
    model.predict(np.zeros((4, 3)))
    assert capsys.readouterr().out == ""


# -- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_saved_model_comes_back_bit_by_bit(tmp_path, dtype):
    model = residual(dtype=dtype)
    model.get_layer("dense").trainable = False
    model.metadata["class_names"] = ["cat", "dog"]
    model.fit(BATCH, LABELS, epochs=2, verbose=0)
    model.save(tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors")
    assert type(again) is Model
    assert again.metadata == {"class_names": ["cat", "dog"]}
    assert again.to_config() == model.to_config()
    assert np.array_equal(again.predict(BATCH), model.predict(BATCH))
    assert again.predict(BATCH).dtype == dtype
    assert again.evaluate(BATCH, LABELS, verbose=0) == model.evaluate(BATCH, LABELS, verbose=0)
    again.fit(BATCH, LABELS, verbose=0)  # its arrays are its own, and writable
    assert again.get_layer("dense").trainable is False


def test_a_saved_sequential_comes_back_as_one(tmp_path):
    model = happy_model(seed=3)
    model.save(tmp_path / "happy.safetensors")
    again = load_model(tmp_path / "happy.safetensors")
    assert type(again) is Sequential
    assert not again.compiled
    assert again.to_config() == model.to_config()
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), again.get_weights(), strict=True))
    again.add(ReLU())
    assert again.count_params() == model.count_params()


def test_compile_settings_come_back(tmp_path):
    model = dense()
    schedule = {
        "class_name": "ExponentialDecay",
        "config": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5},
    }
    model.compile(SGD(schedule, momentum=0.9), "mse", ["mse"])
    model.save(tmp_path / "m")
    again = load_model(tmp_path / "m")
    assert repr(again.optimizer) == repr(model.optimizer)
    assert [metric.name for metric in again.metrics] == ["mse"]


def test_a_loss_of_ones_own_is_left_out_of_the_file(tmp_path):
    class MyLoss(Loss):
        def __init__(self):
            super().__init__(name="mine")

    model = dense()
    model.compile("adam", MyLoss())
    with pytest.warns(UserWarning, match="a class of your own: compile it again after load_model"):
        model.save(tmp_path / "m")
    assert not load_model(tmp_path / "m").compiled


def test_a_model_goes_to_another_process_and_back():
    model = Sequential(
        [Input((4, 4, 1)), Conv2D(2, 3, activation="relu"), ReLU(6), Flatten(), Dense(2, activation="softmax")], seed=1
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x = np.random.default_rng(0).standard_normal((3, 4, 4, 1))
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict(x), model.predict(x))


def test_a_layer_of_ones_own_must_be_made_known(tmp_path, monkeypatch):
    class Double(Layer):
        def compute_output_shape(self, input_shape):
            return input_shape

        def forward(self, x, *, training=False, rng=None):
            return 2 * x, None

    model = Sequential([Input((3,)), Double(), Dense(1)])
    with pytest.raises(ValueError, match=r"adim.layers.LAYERS\['Double'\] = Double"):
        model.save(tmp_path / "m")
    assert not (tmp_path / "m").exists()
    monkeypatch.setitem(LAYERS, "Double", Double)
    model.save(tmp_path / "m")
    assert np.array_equal(load_model(tmp_path / "m").predict(np.ones((1, 3))), model.predict(np.ones((1, 3))))


def test_callbacks_save_and_restore_the_model(tmp_path):
    model = residual()
    best = EarlyStopping("loss", restore_best_weights=True)
    keep = ModelCheckpoint(tmp_path / "best.safetensors", "loss", save_best_only=True)
    model.fit(BATCH, LABELS, epochs=4, verbose=0, callbacks=[best, keep])
    kept = load_model(tmp_path / "best.safetensors")
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), kept.get_weights(), strict=True))


def test_a_sequential_may_be_written_by_hand():
    config = {
        "class_name": "Sequential",
        "config": {
            "layers": [{"class_name": "Flatten", "config": {}}, {"class_name": "Dense", "config": {"units": 2}}]
        },
    }
    first, second = from_config(config, seed=1), from_config(config, seed=1)
    for model in (first, second):
        model.build((None, 2, 2))
    assert np.array_equal(first.get_weights()[0], second.get_weights()[0])


def changed(model, *path, to):
    config = json.loads(json.dumps(model.to_config()))
    place = config
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return config


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "a model is written"),
        ({"class_name": "Sequential", "config": []}, "a model is written"),
        ({"class_name": "os.system", "config": {"layers": []}}, "a model is written"),
        (changed(dense(), "config", "name", to=7), "name must be a string"),
        (changed(dense(), "config", "dtype", to="float16"), "'float32' or 'float64'"),
        (changed(dense(), "config", "dtype", to=[1]), "'float32' or 'float64'"),
        (changed(dense(), "config", "layers", to=[]), "begins with an InputLayer"),
        (changed(dense(), "config", "layers", 0, to=None), "a layer is written"),
        (changed(dense(), "config", "layers", 1, "config", to={"unit": 2}), "unit"),
        (changed(dense(), "config", "layers", 1, "config", "units", to=10**15), "the network needs"),
        (changed(dense(), "config", "layers", 1, "config", "units", to="2"), "units must be an integer"),
        (changed(dense(), "config", "layers", 1, "config", "name", to="other"), "there is no array 'other/kernel'"),
        (changed(dense(), "config", "layers", 0, "config", "shape", to=[4]), r"'dense/kernel' has shape \(3, 2\)"),
        (changed(dense(), "config", "layers", 0, "config", "shape", to=[10**30, 10**30]), "dimension"),
        (changed(dense(), "metadata", to=[]), "metadata must be a JSON object"),
        (changed(dense(), "compile", to="adam"), "compile is written with"),
        (changed(dense(), "compile", to={"optimizer": "adim", "loss": "mse", "metrics": []}), "optimizer must be"),
        (changed(residual(), "config", "calls", to=[]), "has no layers"),
        (changed(residual(), "config", "inputs", to=[0]), "which is not among the inputs"),
    ],
)
def test_a_hostile_file_gives_a_clear_error(tmp_path, config, message):
    model = residual() if config.get("class_name") == "Model" else dense()
    write_model(tmp_path / "m", config, dict(model.graph.named_variables()))
    with pytest.raises(ValueError, match=message) as error:
        load_model(tmp_path / "m")
    assert str(error.value).startswith(f"{tmp_path / 'm'} does not hold a network that can be made: ")


def places(value, path=()):
    """All places in plain JSON, as paths of keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def test_no_change_to_a_file_gives_anything_but_a_model_or_a_value_error():
    junk = [None, True, -1, 0, 3, 10**9, 10**30, 0.5, 1e300, "", "relu", "same", [], [2, 3], {}, [[0, 1], [1, 1]]]
    junk += [{"class_name": "Dense", "config": {"units": 10**12}}, [10**9, 10**9, 3]]
    rng, made = np.random.default_rng(0), 0
    for model in (residual(), happy_model(seed=0)):
        arrays, whole = dict(model.graph.named_variables()), model.to_config()
        paths = list(places(whole))
        for _ in range(150):
            config = changed(model, *paths[rng.integers(len(paths))], to=junk[rng.integers(len(junk))])
            try:
                from_config(config, arrays=arrays)
            except ValueError:
                continue
            made += 1
    assert 0 < made < 100


def test_no_name_is_made_up_when_arguments_are_wrong():
    with pytest.raises(TypeError, match="name must be a string; got 7"):
        Sequential(name=7)
    with pytest.raises(TypeError, match="outputs must be the output"):
        Model(Input((3,)), None)
