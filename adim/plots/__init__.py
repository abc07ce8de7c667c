"""Arrays and a History become figures that need no touching up: the only room that knows matplotlib.

Every function returns a `matplotlib.figure.Figure` of its own and touches nothing shared: no pyplot, no current axes,
no settings that outlive the call. A notebook shows the figure, and `save` writes it. matplotlib itself is imported by
the first picture, not by this package.
"""

from adim.plots.barchart import bars
from adim.plots.confusion import confusion_matrix
from adim.plots.convolutions import conv_gradient
from adim.plots.curves import learning_curves
from adim.plots.padding import padding
from adim.plots.paper import save
from adim.plots.pools import pool_gradient, pooling
from adim.plots.roofline import roofline
from adim.plots.sheets import feature_maps, filters, images, mistakes
from adim.plots.step import single_step
from adim.plots.windows import window

__all__ = [
    "bars",
    "confusion_matrix",
    "conv_gradient",
    "feature_maps",
    "filters",
    "images",
    "learning_curves",
    "mistakes",
    "padding",
    "pool_gradient",
    "pooling",
    "roofline",
    "save",
    "single_step",
    "window",
]
