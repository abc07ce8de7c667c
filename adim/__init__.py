"""adim (Turkish *adım*, "step"): convolutional networks you can read, trust and use.

The course's eight functions stand here under their own names, at full speed; `adim.steps` has them in plain loops.
`adim.ops` has the general operations, and `Model`, `Sequential` and `adim.layers` make networks of them, spelled as
Keras spells them. `adim.datasets` reads images, `adim.check_gradients` says whether a network's gradients are right.

Importing adim loads the eight functions and the operations. Everything about networks is loaded when it is first
named.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from adim import ops, steps
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
from adim.engines.settings import get_num_threads, get_precision, set_num_threads, set_precision

if TYPE_CHECKING:
    from adim import (
        callbacks,
        datasets,
        initializers,
        keras,
        layers,
        losses,
        metrics,
        networks,
        optimizers,
        plots,
        schedules,
    )
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
    "get_num_threads",
    "get_precision",
    "initializers",
    "keras",
    "layers",
    "load_model",
    "losses",
    "metrics",
    "networks",
    "ops",
    "optimizers",
    "plots",
    "pool_backward",
    "pool_forward",
    "schedules",
    "set_engine",
    "set_num_threads",
    "set_precision",
    "steps",
    "zero_pad",
]

_HOMES = {
    "Input": "layers",
    "Model": "model",
    "Sequential": "model",
    "check_gradients": "gradients",
    "load_model": "model",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = import_module(f"{__name__}.{_HOMES.get(name, name)}")
    value = globals()[name] = getattr(room, name) if name in _HOMES else room
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
