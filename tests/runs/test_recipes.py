"""Recipes: what is chosen replaces them, and the learning rate climbs and falls."""

import numpy as np
import pytest

from adim.datasets import Images
from adim.runs.recipes import RECIPES, Recipe, recipe_for

RECIPE = Recipe("vgg", epochs=10, batch_size=4, learning_rate=0.5, validation=0.1)


@pytest.mark.parametrize(("m", "row"), [(1000, 0), (1001, 1), (10_000, 1), (10_001, 2)])
def test_number_of_images_decides(m, row):
    images = Images(np.zeros((m, 1, 1, 1), np.uint8), np.arange(m) % 2)
    assert recipe_for(images) is RECIPES[row][1]


def test_what_is_chosen_replaces_the_recipe_and_nothing_else():
    assert RECIPE.but(epochs=3, batch_size=None, validation=0.0) == RECIPE._replace(epochs=3, validation=0.0)


def test_another_optimizer_comes_with_its_own_rate():
    assert RECIPE.but(optimizer="sgd") == RECIPE._replace(optimizer="sgd", learning_rate=None)
    assert RECIPE.but(optimizer="sgd", learning_rate=0.2).learning_rate == 0.2
    assert RECIPE.but(optimizer="adamw").learning_rate == 0.5


def test_rate_climbs_and_falls_over_all_steps():
    optimizer = RECIPE.make_optimizer(images=78)  # 20 steps an epoch, the last with 2 images: 200 in all
    rates = []
    for step in (0, 5, 10, 105, 200):
        optimizer.iterations = step
        rates.append(optimizer.learning_rate)
    assert rates == pytest.approx([0, 0.25, 0.5, 0.25, 0], abs=1e-12)


def test_rate_of_the_optimizer_itself_is_the_height():
    optimizer = RECIPE.but(optimizer="sgd").make_optimizer(images=78)
    optimizer.iterations = 10
    assert optimizer.learning_rate == pytest.approx(0.01)
