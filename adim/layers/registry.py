"""Layers by name: the one list of classes that a file may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adim.layers.activation import Activation, LeakyReLU, ReLU, Softmax
from adim.layers.augmentation import RandomCrop, RandomFlip, RandomTranslation
from adim.layers.base import Layer
from adim.layers.conv import Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D
from adim.layers.dense import Dense
from adim.layers.dropout import Dropout
from adim.layers.input import InputLayer
from adim.layers.merge import Add, Concatenate
from adim.layers.normalization import BatchNormalization, Rescaling
from adim.layers.pool import AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D
from adim.layers.shape import Cropping2D, Flatten, Reshape, ZeroPadding2D

AvgPool2D = AveragePooling2D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalMaxPool2D = GlobalMaxPooling2D
MaxPool2D = MaxPooling2D

LAYERS: dict[str, type[Layer]] = {
    "Activation": Activation,
    "Add": Add,
    "AveragePooling2D": AveragePooling2D,
    "AvgPool2D": AvgPool2D,
    "BatchNormalization": BatchNormalization,
    "Concatenate": Concatenate,
    "Conv2D": Conv2D,
    "Conv2DTranspose": Conv2DTranspose,
    "Cropping2D": Cropping2D,
    "Dense": Dense,
    "DepthwiseConv2D": DepthwiseConv2D,
    "Dropout": Dropout,
    "Flatten": Flatten,
    "GlobalAveragePooling2D": GlobalAveragePooling2D,
    "GlobalAvgPool2D": GlobalAvgPool2D,
    "GlobalMaxPool2D": GlobalMaxPool2D,
    "GlobalMaxPooling2D": GlobalMaxPooling2D,
    "InputLayer": InputLayer,
    "LeakyReLU": LeakyReLU,
    "MaxPool2D": MaxPool2D,
    "MaxPooling2D": MaxPooling2D,
    "RandomCrop": RandomCrop,
    "RandomFlip": RandomFlip,
    "RandomTranslation": RandomTranslation,
    "ReLU": ReLU,
    "Rescaling": Rescaling,
    "Reshape": Reshape,
    "SeparableConv2D": SeparableConv2D,
    "Softmax": Softmax,
    "ZeroPadding2D": ZeroPadding2D,
}
"""Every layer by its name, and by the second name that Keras has for some."""


def to_config(layer: Layer) -> dict[str, Any]:
    """Return a layer as plain JSON: its class and its arguments, without its parameters.

    Examples
    --------
    >>> to_config(Dropout(0.5, name="forget"))
    {'class_name': 'Dropout', 'config': {'name': 'forget', 'rate': 0.5}}
    """
    return {"class_name": type(layer).__name__, "config": layer.get_config()}


def from_config(config: Mapping[str, Any]) -> Layer:
    """Make a layer from what `to_config` returned.

    Parameters
    ----------
    config : mapping
        ``{"class_name": ..., "config": {...}}``.

    Returns
    -------
    Layer
        A new layer, not yet built.

    Raises
    ------
    ValueError
        If it is no such mapping, no layer has this name, or the layer refuses its arguments.

    Examples
    --------
    >>> from_config({"class_name": "Dropout", "config": {"rate": 0.5}})
    Dropout(rate=0.5)
    """
    match config:
        case {"class_name": str(class_name), "config": Mapping() as arguments}:
            pass
        case _:
            raise ValueError(f'a layer is written {{"class_name": ..., "config": {{...}}}}; got {config!r:.120}')
    if class_name not in LAYERS:
        raise ValueError(f"no layer is called {class_name!r:.80}; the layers are {', '.join(LAYERS)}")
    try:
        return LAYERS[class_name].from_config(arguments)
    except (TypeError, ValueError) as error:
        raise ValueError(f"layer {class_name} cannot be made with {dict(arguments)!r:.200}: {error}") from error
