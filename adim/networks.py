"""Networks that fit the images they are given: from 8x8 digits to 224x224 photographs, on two cores.

Each is a function of the image's shape and the number of classes, and takes raw pixels from 0 to 255. Small images get
fewer poolings, not an error. `NETWORKS` lists them; `build` also takes a description in JSON.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from adim.arrays import Shape
from adim.graph import Seed
from adim.layers import (
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPool2D,
    ReLU,
    Rescaling,
    Tensor,
)
from adim.model import Model, Sequential, from_config

_FILTERS = 16
"""In the first stage of `vgg` and `resnet`; each later one has twice as many as the one before."""

_SMALL = 32
"""The shorter side of an image, in pixels, up to which `vgg` has two convolutions in each stage."""

_LARGE = 96
"""The shorter side from which on `vgg` looks at every second place only: four times less work, on smooth images."""

_DROPOUT = 0.5

_MOMENTUM = 0.9
"""Of batch normalisation's moving averages: small data sets have few batches, and 0.99 would lag an epoch behind."""


def signs(input_shape: Shape, classes: int, seed: Seed = None) -> Model:
    """Return the course's network: two convolutions, each with ReLU and a wide max pooling, then a softmax.

    At 64x64x3 and 6 classes it is exactly the course's, with 1310 parameters. Smaller images are pooled less.

    Examples
    --------
    >>> signs((64, 64, 3), classes=6).count_params()
    1310
    """
    pool = min(max(min(input_shape[:2]) // 8, 1), 8)
    return Sequential(
        [
            Input(input_shape),
            Rescaling(1 / 255),
            Conv2D(8, 4, padding="same"),
            ReLU(),
            MaxPool2D(pool, padding="same"),
            Conv2D(16, 2, padding="same"),
            ReLU(),
            MaxPool2D(4, padding="same"),
            Flatten(),
            Dense(classes, activation="softmax"),
        ],
        name="signs",
        seed=seed,
    )


def lenet(input_shape: Shape, classes: int, seed: Seed = None) -> Model:
    """Return LeNet-5 (LeCun et al., 1998) with the parts of today: ReLU, max pooling, softmax.

    Large images are pooled more widely, so that about 7x7 cells reach the fully connected layers.

    Examples
    --------
    >>> lenet((28, 28, 1), classes=10).output_shape
    (None, 10)
    """
    pool = max(2, round(math.sqrt(min(input_shape[:2]) / 7)))
    return Sequential(
        [
            Input(input_shape),
            Rescaling(1 / 255),
            Conv2D(6, 5, padding="same", activation="relu"),
            MaxPool2D(pool, padding="same"),
            Conv2D(16, 5, padding="same", activation="relu"),
            MaxPool2D(pool, padding="same"),
            Flatten(),
            Dense(120, activation="relu"),
            Dense(84, activation="relu"),
            Dense(classes, activation="softmax"),
        ],
        name="lenet",
        seed=seed,
    )


def vgg(input_shape: Shape, classes: int, seed: Seed = None) -> Model:
    """Return a small VGG (Simonyan and Zisserman, 2015): stages of 3x3 convolutions with poolings between.

    Each stage halves the image and doubles the filters. Batch normalisation takes the place of careful
    initialisation, and global average pooling that of the wide fully connected layers, which held most of VGG's
    parameters and would learn a small data set by heart.

    Examples
    --------
    >>> vgg((32, 32, 3), classes=10).output_shape
    (None, 10)
    """
    image, side = Input(input_shape), min(input_shape[:2])
    x = Rescaling(1 / 255)(image)
    in_a_stage = 2 if side <= _SMALL else 1  # large images have more stages, and cost more in each
    for stage in range(_stages(side)):
        if stage:
            x = MaxPool2D(2, padding="same")(x)
        for _ in range(in_a_stage):
            x = _convolved(x, _FILTERS * 2**stage, strides=2 if stage == 0 and side >= _LARGE else 1)
    return _classified(image, x, classes, name="vgg", seed=seed)


def resnet(input_shape: Shape, classes: int, seed: Seed = None) -> Model:
    """Return a small residual network (He et al., 2016): blocks of two convolutions and a way around them.

    Examples
    --------
    >>> resnet((32, 32, 3), classes=10).output_shape
    (None, 10)
    """
    image, side = Input(input_shape), min(input_shape[:2])
    halved = side > _SMALL  # by the first convolution, as blocks at full size would cost most of all
    x = _convolved(Rescaling(1 / 255)(image), _FILTERS, strides=2 if halved else 1)
    for stage in range(_stages(side) - halved):
        x = _residual_block(x, _FILTERS * 2**stage, strides=2 if stage else 1)
    return _classified(image, x, classes, name="resnet", seed=seed)


def _stages(side: int) -> int:
    """Return in how many stages, each half as large as the one before, a side comes down to about 8 pixels."""
    return min(max(round(math.log2(side / 8)) + 1, 2), 5)


def _convolved(x: Tensor, filters: int, strides: int = 1, activation: bool = True, kernel_size: int = 3) -> Tensor:
    # No bias: batch normalisation brings its own.
    x = Conv2D(filters, kernel_size, strides, "same", use_bias=False, kernel_initializer="he_normal")(x)
    x = BatchNormalization(momentum=_MOMENTUM)(x)
    return ReLU()(x) if activation else x


def _residual_block(x: Tensor, filters: int, strides: int) -> Tensor:
    around = x
    if strides > 1 or x.sizes[-1] != filters:
        around = _convolved(x, filters, strides, activation=False, kernel_size=1)
    inner = _convolved(x, filters, strides)
    return ReLU()(Add()([_convolved(inner, filters, activation=False), around]))


def _classified(image: Tensor, x: Tensor, classes: int, name: str, seed: Seed) -> Model:
    x = Dropout(_DROPOUT)(GlobalAveragePooling2D()(x))
    return Model(image, Dense(classes, activation="softmax")(x), name=name, seed=seed)


NETWORKS: dict[str, Callable[..., Model]] = {"signs": signs, "lenet": lenet, "vgg": vgg, "resnet": resnet}
"""The built-in networks by name: functions of the image's shape, the number of classes, and a seed."""


def build(
    network: str | os.PathLike[str] | Mapping[str, Any], input_shape: Shape, classes: int, *, seed: Seed = None
) -> Model:
    """Return an untrained, uncompiled network for these images and classes.

    Parameters
    ----------
    network : str, path-like or mapping
        A name in `NETWORKS`, a JSON file, or what such a file holds: see `adim.model.from_config`.
    input_shape : (int, int, int)
        The images' ``(n_H, n_W, n_C)``.
    classes : int
        How many outputs the network has.
    seed : int or numpy.random.Generator, optional
        Where its first parameters are drawn from.

    Raises
    ------
    FileNotFoundError
        If there is neither a network nor a file of this name.
    ValueError
        If the description is no network, or one for other images or another number of classes.

    Examples
    --------
    >>> build("lenet", (28, 28, 1), classes=10).name
    'lenet'
    """
    if isinstance(network, str) and network in NETWORKS:
        return NETWORKS[network](tuple(input_shape), classes, seed)
    if isinstance(network, Mapping):
        return _described(network, "the description", input_shape, classes, seed)
    path = Path(network)
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no network {str(network)!r}, and no file of this name: the built-in networks are "
            f"{', '.join(NETWORKS)}; any other is a JSON file"
        )
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    return _described(config, str(path), input_shape, classes, seed)


def _described(config: Any, where: str, input_shape: Shape, classes: int, seed: Seed) -> Model:
    try:
        model = from_config(config, seed=seed)
        if isinstance(model, Sequential):
            model.build((None, *input_shape))
    except ValueError as error:
        raise ValueError(f"{where} does not describe a network for images of {tuple(input_shape)}: {error}") from error
    if model.input_shape != (None, *input_shape):
        raise ValueError(f"{where} takes images of {model.input_shape[1:]}; these have shape {tuple(input_shape)}")
    if model.output_shape != (None, classes):
        raise ValueError(f"{where} has outputs of shape {model.output_shape}; {classes} classes need {(None, classes)}")
    return model
