"""adim (Turkish *adım*, "step"): convolutional networks you can read, trust and use.

The course's eight functions stand here under their own names, at full speed; `adim.steps` has them in plain loops.
`adim.ops` has the general operations, and `Model`, `Sequential` and `adim.layers` make networks of them, spelled as
Keras spells them. `adim.datasets` reads images, `adim.check_gradients` says whether a network's gradients are right.
"""

from adim import (
    callbacks,
    datasets,
    initializers,
    keras,
    layers,
    losses,
    metrics,
    ops,
    optimizers,
    plots,
    schedules,
    steps,
)
from adim.blocks import (
    conv_backward,
    conv_forward,
    conv_single_step,
    create_mask_from_window,
    distribute_value,
    pool_backward,
    pool_forward,
    zero_pad,
)
from adim.engines import get_engine, set_engine
from adim.gradients import check_gradients
from adim.layers import Input
from adim.model import Model, Sequential, load_model

__version__ = "0.1.0"

__all__ = [
    "Input",
    "Model",
    "Sequential",
    "callbacks",
    "check_gradients",
    "conv_backward",
    "conv_forward",
    "conv_single_step",
    "create_mask_from_window",
    "datasets",
    "distribute_value",
    "get_engine",
    "initializers",
    "keras",
    "layers",
    "load_model",
    "losses",
    "metrics",
    "ops",
    "optimizers",
    "plots",
    "pool_backward",
    "pool_forward",
    "schedules",
    "set_engine",
    "steps",
    "zero_pad",
]
