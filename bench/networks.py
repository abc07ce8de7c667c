"""The networks that are measured whole, written once, in Keras's words.

Given `adim.keras`, a function here makes our network, and given `keras` itself, the peer's.

Imports no NumPy, since the command line lists them before it chooses how many threads NumPy gets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

PARTS = ("step", "inference-1", "inference-64")
"""What is measured: a training step with Adam, and inference of so many images at a time."""


class Network(NamedTuple):
    """A network, and what it is trained on.

    Attributes
    ----------
    build : callable
        Makes it of Keras's words.
    image : (int, int, int)
        ``(n_H, n_W, n_C)`` of its images.
    classes : int
        How many outputs it has.
    batch : int
        How many images a training step learns from.
    """

    build: Callable[[Any], Any]
    image: tuple[int, int, int]
    classes: int
    batch: int


def signs(keras: Any) -> Any:
    """Return the network of the course's second assignment of the week, which reads signs of the hand."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(shape=(64, 64, 3)),
            layers.Conv2D(8, 4, padding="same"),
            layers.ReLU(),
            layers.MaxPooling2D(8, 8, padding="same"),
            layers.Conv2D(16, 2, padding="same"),
            layers.ReLU(),
            layers.MaxPooling2D(4, 4, padding="same"),
            layers.Flatten(),
            layers.Dense(6, activation="softmax"),
        ]
    )


def lenet(keras: Any) -> Any:
    """Return LeNet-5 with the parts of today, as `adim.networks` has it."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def six(keras: Any) -> Any:
    """Return six 3x3 convolutions in three stages, each of which ends in a pooling."""
    layers = keras.layers
    stages = [
        part
        for filters in (32, 64, 128)
        for part in (
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
        )
    ]
    return keras.Sequential(
        [keras.Input(shape=(32, 32, 3)), *stages, layers.Flatten(), layers.Dense(10, activation="softmax")]
    )


def resnet8(keras: Any) -> Any:
    """Return MLPerf Tiny's ResNet-8 for CIFAR-10, without its weight decay."""
    layers = keras.layers

    def convolved(x: Any, filters: int, strides: int = 1, activation: bool = True) -> Any:
        x = layers.BatchNormalization()(layers.Conv2D(filters, 3, strides, padding="same")(x))
        return layers.ReLU()(x) if activation else x

    image = keras.Input(shape=(32, 32, 3))
    x = convolved(image, 16)
    for filters, strides in ((16, 1), (32, 2), (64, 2)):
        inner = convolved(convolved(x, filters, strides), filters, activation=False)
        around = layers.Conv2D(filters, 1, strides, padding="same")(x) if strides > 1 else x
        x = layers.ReLU()(layers.Add()([around, inner]))
    x = layers.Flatten()(layers.AveragePooling2D(8)(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


NETWORKS = {
    "signs": Network(signs, (64, 64, 3), 6, 64),
    "lenet": Network(lenet, (28, 28, 1), 10, 64),
    "six": Network(six, (32, 32, 3), 10, 128),
    "resnet8": Network(resnet8, (32, 32, 3), 10, 128),
}
"""By name."""
