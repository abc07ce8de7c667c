"""Keras's own names for what stands here: network code runs after a change of its import lines.

``from tensorflow import keras`` becomes ``from adim import keras``, ``from tensorflow.keras.layers import Dense``
becomes ``from adim.keras.layers import Dense``, ``import tensorflow.keras.layers as tfl`` becomes
``import adim.keras.layers as tfl``.

Examples
--------
>>> from adim.keras.layers import Dense
>>> Sequential([Input(shape=(3,)), Dense(2)]).count_params()
8
"""

import sys

from adim import activations, callbacks, initializers, layers, losses, metrics, model as models, optimizers
from adim.layers import Input
from adim.model import Model, Sequential

__all__ = [
    "Input",
    "Model",
    "Sequential",
    "activations",
    "callbacks",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "optimizers",
]

# The rooms under their second names, so that `from adim.keras.layers import Dense` finds them.
for _name, _room in list(vars().items()):
    if _name in __all__ and _name.islower():
        sys.modules[f"{__name__}.{_name}"] = _room
