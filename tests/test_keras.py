"""Keras's names: code that people have runs after a change of its import lines."""

import importlib

import numpy as np
import pytest

import adim as tf
from adim.keras import layers as first
from adim.keras.callbacks import EarlyStopping
from adim.keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from adim.keras.models import Sequential, load_model
from adim.keras.optimizers import Adam


def test_names_lead_to_the_same_things():
    assert first.Dense is Dense is tf.keras.layers.Dense is tf.layers.Dense
    assert Sequential is tf.keras.Sequential is tf.keras.models.Sequential is tf.Sequential
    assert tf.keras.Model is tf.Model
    assert tf.keras.models.load_model is load_model is tf.load_model
    assert tf.keras.optimizers.schedules.CosineDecay is tf.schedules.CosineDecay


@pytest.mark.parametrize("room", ["layers", "losses", "metrics", "optimizers", "callbacks", "initializers", "models"])
def test_rooms_can_be_imported(room):
    assert importlib.import_module(f"adim.keras.{room}") is getattr(tf.keras, room)


def test_a_model_in_the_words_of_a_tutorial(tmp_path, capsys):
    x_train, y_train = np.random.default_rng(0).random((40, 12, 12, 1)), np.arange(40) % 4
    model = Sequential()
    model.add(Conv2D(4, kernel_size=(3, 3), activation="relu", input_shape=(12, 12, 1)))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Flatten())
    model.add(Dense(4, activation="softmax"))
    model.compile(
        loss=tf.keras.losses.SparseCategoricalCrossentropy(), optimizer=Adam(learning_rate=0.001), metrics=["accuracy"]
    )
    history = model.fit(
        x_train, y_train, batch_size=8, epochs=2, verbose=1, validation_split=0.2, callbacks=[EarlyStopping(patience=3)]
    )
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    score = model.evaluate(x_train, y_train, verbose=0)
    assert score[1] == np.mean(model.predict(x_train, verbose=0).argmax(axis=1) == y_train)
    model.save(tmp_path / "model.safetensors")
    again = tf.keras.models.load_model(tmp_path / "model.safetensors")
    assert again.evaluate(x_train, y_train, verbose=0) == score
    assert capsys.readouterr().out.count("Epoch ") == 2
