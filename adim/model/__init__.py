"""Models: what users build, train and use."""

from adim.model.base import Model, Verbose
from adim.model.loading import from_config, load_model
from adim.model.sequential import Sequential

__all__ = ["Model", "Sequential", "Verbose", "from_config", "load_model"]
