import inspect
import json
import re

import numpy as np
import pytest

from adim import layers
from adim.initializers import HeNormal
from adim.layers import LAYERS, from_config, to_config

# One of each, with arguments that are not the defaults.
EXAMPLES = [
    layers.Activation("tanh"),
    layers.Add(),
    layers.AveragePooling2D((3, 2), 1, "same"),
    layers.BatchNormalization(3, 0.9, 1e-5, False, False, moving_mean_initializer="ones", trainable=False),
    layers.Concatenate(axis=1),
    layers.Conv2D(4, (3, 2), 2, "same", dilation_rate=(1, 2), groups=2, activation="relu", input_shape=(8, 8, 2)),
    layers.Conv2DTranspose(4, 3, (2, 1), "same", (1, 0), use_bias=False),
    layers.Cropping2D(((1, 2), (3, 4))),
    layers.Dense(3, "softmax", False, HeNormal(seed=1), name="scores"),
    layers.DepthwiseConv2D(3, depth_multiplier=2, depthwise_initializer="he_uniform"),
    layers.Dropout(0.25),
    layers.Flatten(),
    layers.GlobalAveragePooling2D(keepdims=True),
    layers.GlobalMaxPooling2D(keepdims=True),
    layers.InputLayer((3, 4)),
    layers.LeakyReLU(0.1),
    layers.MaxPooling2D(3, (1, 2)),
    layers.RandomCrop(4, 5),
    layers.RandomFlip("vertical"),
    layers.RandomTranslation((-0.1, 0.2), 0.3, "constant", "nearest", fill_value=0.5),
    layers.ReLU(6, 0.1, 0.2),
    layers.Rescaling(1 / 255, -0.5),
    layers.Reshape((2, -1)),
    layers.SeparableConv2D(4, 3, depth_multiplier=2, pointwise_initializer="lecun_normal"),
    layers.Softmax(axis=1),
    layers.ZeroPadding2D((1, 2)),
]


def test_there_is_an_example_of_every_layer():
    assert {type(layer) for layer in EXAMPLES} == set(LAYERS.values())


@pytest.mark.parametrize("layer", EXAMPLES, ids=lambda layer: type(layer).__name__)
def test_there_and_back_as_json(layer):
    text = json.dumps(to_config(layer), allow_nan=False)
    twin = from_config(json.loads(text))
    assert type(twin) is type(layer)
    assert json.dumps(to_config(twin)) == text
    assert repr(twin) == repr(layer)
    for name in inspect.signature(type(layer)).parameters:
        if name not in ("activation", "common"):  # an activation is compared by name, above
            assert getattr(twin, name) == getattr(layer, name), name


def test_what_was_asked_for_arrives():
    twin = from_config(json.loads(json.dumps(to_config(EXAMPLES[5]))))
    assert (twin.filters, twin.kernel_size, twin.strides, twin.padding) == (4, (3, 2), (2, 2), "same")
    assert (twin.dilation_rate, twin.groups, twin.activation.name, twin.input_shape) == ((1, 2), 2, "relu", (8, 8, 2))
    frozen = from_config(to_config(EXAMPLES[3]))
    assert (frozen.momentum, frozen.epsilon) == (0.9, 1e-5)
    assert [frozen.trainable, frozen.center, frozen.scale] == [False] * 3
    assert from_config(to_config(EXAMPLES[8])).kernel_initializer == HeNormal(seed=1)


def test_keras_second_names_are_known():
    config = {"class_name": "MaxPool2D", "config": {"pool_size": 2}}
    assert type(from_config(config)) is layers.MaxPooling2D


# Keras 3.15, less what is left out on purpose: regularizers, constraints, noise_shape, seed and what follows a seed.
# AveragePooling2D's pool_size has no default there; here it is that of MaxPooling2D.
KERAS = """\
Activation(activation)
AveragePooling2D(pool_size=(2, 2), strides=None, padding='valid', data_format=None)
BatchNormalization(axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer='zeros',
    gamma_initializer='ones', moving_mean_initializer='zeros', moving_variance_initializer='ones')
Concatenate(axis=-1)
Conv2D(filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, dilation_rate=(1, 1), groups=1,
    activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros')
Conv2DTranspose(filters, kernel_size, strides=(1, 1), padding='valid', output_padding=None, data_format=None,
    dilation_rate=(1, 1), activation=None, use_bias=True, kernel_initializer='glorot_uniform',
    bias_initializer='zeros')
Cropping2D(cropping=((0, 0), (0, 0)), data_format=None)
Dense(units, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros')
DepthwiseConv2D(kernel_size, strides=(1, 1), padding='valid', depth_multiplier=1, data_format=None,
    dilation_rate=(1, 1), activation=None, use_bias=True, depthwise_initializer='glorot_uniform',
    bias_initializer='zeros')
Dropout(rate)
Flatten(data_format=None)
GlobalAveragePooling2D(data_format=None, keepdims=False)
GlobalMaxPooling2D(data_format=None, keepdims=False)
LeakyReLU(negative_slope=0.3)
MaxPooling2D(pool_size=(2, 2), strides=None, padding='valid', data_format=None)
RandomCrop(height, width)
RandomFlip(mode='horizontal_and_vertical')
RandomTranslation(height_factor, width_factor, fill_mode='reflect', interpolation='bilinear')
ReLU(max_value=None, negative_slope=0.0, threshold=0.0)
Rescaling(scale, offset=0.0)
Reshape(target_shape)
SeparableConv2D(filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, dilation_rate=(1, 1),
    depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer='glorot_uniform',
    pointwise_initializer='glorot_uniform', bias_initializer='zeros')
Softmax(axis=-1)
ZeroPadding2D(padding=(1, 1), data_format=None)"""


@pytest.mark.parametrize("line", [" ".join(line.split()) for line in re.split(r"\n(?=\S)", KERAS)])
def test_arguments_order_and_defaults_are_those_of_keras(line):
    name = line.partition("(")[0]
    positional = [
        parameter.name if parameter.default is parameter.empty else f"{parameter.name}={parameter.default!r}"
        for parameter in inspect.signature(LAYERS[name]).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    assert f"{name}({', '.join(positional)})" == line


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"class_name": "os.system", "config": {}}, "no layer is called 'os.system'; the layers are Activation, Add"),
        ({"class_name": "Layer", "config": {}}, "no layer is called 'Layer'"),
        ({"class_name": "Dense"}, 'a layer is written {"class_name"'),
        ({"class_name": ["Dense"], "config": {}}, 'a layer is written {"class_name"'),
        ("Dense", "got 'Dense'"),
        ({"class_name": "Dense", "config": {}}, "Dense cannot be made with {}: .* missing 1 required .*'units'"),
        ({"class_name": "Dense", "config": {"units": 3, "evil": 1}}, "unexpected keyword argument 'evil'"),
        ({"class_name": "Dense", "config": {"units": "3"}}, "units must be an integer; got '3'"),
        ({"class_name": "Rescaling", "config": {"scale": 10**400}}, "scale must be finite; got 1000"),
        ({"class_name": "Dense", "config": {"units": 3, "name": ["a"]}}, "name must be a string"),
        ({"class_name": "Flatten", "config": {"input_shape": 784}}, r"input_shape must be the lengths .*got 784"),
        (
            {"class_name": "Dense", "config": {"units": 3, "kernel_initializer": {"class_name": "X", "config": {}}}},
            "initializer must be one of zeros",
        ),
    ],
)
def test_bad_configurations(config, message):
    with pytest.raises(ValueError, match=message):
        from_config(config)


def test_a_layer_of_ones_own_is_not_in_the_list():
    class Mine(layers.Flatten):
        pass

    with pytest.raises(ValueError, match="no layer is called 'Mine'"):
        from_config(to_config(Mine()))


def test_long_garbage_is_not_repeated_whole():
    with pytest.raises(ValueError, match="no layer is called") as caught:
        from_config({"class_name": "x" * 10_000, "config": {}})
    assert len(str(caught.value)) < 1000
    with pytest.raises(ValueError, match="cannot be made with") as caught:
        from_config({"class_name": "Dense", "config": {"units": np.nan, "name": "x" * 10_000}})
    assert len(str(caught.value)) < 1000
