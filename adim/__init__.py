"""adim (Turkish *adım*, "step"): convolutional networks you can read, trust and use.

The course's eight functions stand here under their own names, at full speed; `adim.steps` has them in plain loops.
`adim.ops` has the general operations, and `Model`, `Sequential` and `adim.layers` make networks of them, spelled as
Keras spells them.
"""

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

__version__ = "0.1.0"

__all__ = [
    "conv_backward",
    "conv_forward",
    "conv_single_step",
    "create_mask_from_window",
    "distribute_value",
    "get_engine",
    "pool_backward",
    "pool_forward",
    "set_engine",
    "zero_pad",
]
