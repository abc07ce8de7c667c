"""The verdict, against counts and logarithms made by hand."""

import math

import numpy as np
import pytest

from adim.datasets import Images
from adim.runs.verdict import ClassVerdict, Verdict

IMAGES = Images(np.zeros((6, 4, 4, 1), np.uint8), [0, 0, 0, 1, 1, 1], ("a", "b", "c"))
PROBABILITIES = np.array(
    [[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.1, 0.2, 0.7], [0.3, 0.4, 0.3], [0.6, 0.4, 0.0], [0.6, 0.4, 0.0]]
)


def test_accuracy_counts_the_likeliest_classes():
    verdict = Verdict(IMAGES, PROBABILITIES)
    assert verdict.predicted.tolist() == [0, 1, 2, 1, 0, 0]
    assert (verdict.right, len(verdict), verdict.accuracy) == (2, 6, 2 / 6)


def test_loss_is_the_mean_cross_entropy():
    by_hand = -sum(math.log(p) for p in (0.8, 0.2, 0.1, 0.4, 0.4, 0.4)) / 6
    assert Verdict(IMAGES, PROBABILITIES).loss == pytest.approx(by_hand, rel=1e-12)


def test_sure_mistakes_cost_much_but_not_infinitely_much():
    never = np.zeros((6, 3))
    assert Verdict(IMAGES, never).loss == pytest.approx(-math.log(1e-7))


def test_classes_name_what_they_are_mostly_taken_for():
    a, b, c = Verdict(IMAGES, PROBABILITIES).classes
    assert a == ClassVerdict("a", images=3, right=1, taken_for="b")  # of b and c, each once, the first
    assert b == ClassVerdict("b", images=3, right=1, taken_for="a")
    assert c == ClassVerdict("c", images=0, right=0, taken_for="")
    assert (a.accuracy, b.accuracy) == (1 / 3, 1 / 3)
    assert math.isnan(c.accuracy)
