"""How fast adim is on this machine: layers, networks and the start of a program, beside what the machine could do.

What is measured is a `Measurement`; nothing here knows how it is shown.
"""

from adim.speed.layers import LAYERS, measure_layers
from adim.speed.measurement import Measurement
from adim.speed.networks import measure_networks
from adim.speed.roof import Roof, measure_roof
from adim.speed.start import measure_start, program
from adim.speed.threads import limited
from adim.speed.timing import Timing, interleave

__all__ = [
    "LAYERS",
    "Measurement",
    "Roof",
    "Timing",
    "interleave",
    "limited",
    "measure_layers",
    "measure_networks",
    "measure_roof",
    "measure_start",
    "program",
]
