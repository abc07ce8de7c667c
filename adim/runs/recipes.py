"""How to train when nobody says how: tuning numbers as data, a row for each order of magnitude of images.

The numbers were chosen by cross-validation on training images alone; no test image had a say.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from adim import optimizers
from adim.configs import number
from adim.datasets import Images
from adim.geometry import integer
from adim.optimizers import Optimizer
from adim.schedules import CosineDecay

WARMUP = 0.05
"""The part of the steps in which the learning rate climbs to its height, before it falls along a cosine."""


class Recipe(NamedTuple):
    """How to train.

    Attributes
    ----------
    network : str
        A built-in network, or a JSON file.
    epochs, batch_size : int
        How often to go through the images, and how many to learn from at a time.
    learning_rate : float or None
        The highest rate; None is the optimiser's own default.
    validation : float
        The part of the images that is set aside to choose the best epoch by. Of few images none: a choice among many
        epochs by twenty images is a lottery, and the twenty are missed in training.
    optimizer : str
        Its name.
    patience : int or None
        After how many epochs that are no better than the best one to stop; None is never.
    """

    network: str
    epochs: int
    batch_size: int
    learning_rate: float | None
    validation: float
    optimizer: str = "adamw"
    patience: int | None = None

    def but(self, **chosen: Any) -> Recipe:
        """Return the same recipe but for what was chosen, where that is not None.

        The learning rate belongs to the optimiser: who chooses another one gets its default.

        Raises
        ------
        ValueError, TypeError
            If a number is no good.

        Examples
        --------
        >>> RECIPES[0][1].but(epochs=5, batch_size=None, optimizer="sgd").learning_rate is None
        True
        """
        changes = {name: value for name, value in chosen.items() if value is not None}
        if changes.get("optimizer", self.optimizer) != self.optimizer:
            changes.setdefault("learning_rate", None)
        recipe = self._replace(**changes)
        for name, least in (("epochs", 1), ("batch_size", 1), ("patience", 0)):
            if getattr(recipe, name) is not None:
                integer(name, getattr(recipe, name), at_least=least)
        number("validation", recipe.validation, at_least=0, below=1)
        return recipe

    def make_optimizer(self, images: int) -> Optimizer:
        """Return the optimiser for a training on so many images, its learning rate rising and falling.

        Raises
        ------
        ValueError, TypeError
            If name or learning rate are no good.
        """
        optimizer = optimizers.get(self.optimizer)
        rate = optimizer.learning_rate if self.learning_rate is None else self.learning_rate
        steps = self.epochs * math.ceil(images / self.batch_size)
        optimizer.learning_rate = CosineDecay(
            0.0,
            decay_steps=max((1 - WARMUP) * steps, 1),
            warmup_target=number("the learning rate", rate, at_least=0),
            warmup_steps=WARMUP * steps,
        )
        return optimizer


RECIPES = (
    (1_000, Recipe("vgg", epochs=60, batch_size=32, learning_rate=3e-3, validation=0.0)),
    (10_000, Recipe("vgg", epochs=30, batch_size=32, learning_rate=6e-3, validation=0.1)),
    (math.inf, Recipe("vgg", epochs=10, batch_size=64, learning_rate=2e-3, validation=0.1)),
)
"""The most training images that a recipe is meant for, and the recipe."""


def recipe_for(images: Images) -> Recipe:
    """Return the recipe for so many training images.

    Examples
    --------
    >>> from adim.datasets import digits
    >>> recipe_for(digits().train).validation
    0.1
    """
    return next(recipe for most, recipe in RECIPES if len(images) <= most)
