"""The layers, under the names and defaults that Keras gave them.

What Keras takes and this package does not have (regularizers, constraints, a layer's own seed) is refused, not ignored.
"""

from adim.layers.activation import ActivatedLayer, Activation, LeakyReLU, ReLU, Softmax
from adim.layers.augmentation import RandomCrop, RandomFlip, RandomTranslation
from adim.layers.base import Gradients, Layer, Tensor
from adim.layers.conv import Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D
from adim.layers.dense import Dense
from adim.layers.dropout import Dropout
from adim.layers.input import Input, InputLayer
from adim.layers.merge import Add, Concatenate
from adim.layers.normalization import BatchNormalization, Rescaling
from adim.layers.pool import AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D
from adim.layers.registry import (
    LAYERS,
    AvgPool2D,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    MaxPool2D,
    from_config,
    to_config,
)
from adim.layers.shape import Cropping2D, Flatten, Reshape, ZeroPadding2D

__all__ = [
    "LAYERS",
    "ActivatedLayer",
    "Activation",
    "Add",
    "AveragePooling2D",
    "AvgPool2D",
    "BatchNormalization",
    "Concatenate",
    "Conv2D",
    "Conv2DTranspose",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalAvgPool2D",
    "GlobalMaxPool2D",
    "GlobalMaxPooling2D",
    "Gradients",
    "Input",
    "InputLayer",
    "Layer",
    "LeakyReLU",
    "MaxPool2D",
    "MaxPooling2D",
    "RandomCrop",
    "RandomFlip",
    "RandomTranslation",
    "ReLU",
    "Rescaling",
    "Reshape",
    "SeparableConv2D",
    "Softmax",
    "Tensor",
    "ZeroPadding2D",
    "from_config",
    "to_config",
]
