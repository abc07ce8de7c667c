"""What learners get wrong, as data: a record for each mistake, told in both languages and made in code.

A mistake is recognised by what it does. Each record can be put into the function's form (`adim.learn.mistakes.forms`),
which gives a faulty twin of the function; a learner's function that returns what the twin returns, on cases where both
differ from the right function, makes that mistake, however it is written.

To add a mistake, add one record to the file of its function, where a learner's chance of making it puts it::

    Mistake(
        key="conv_forward/relu",
        title=Text(en="An activation function is applied", tr="Bir etkinleştirme fonksiyonu uygulanıyor"),
        explanation=Text(en="Negative results become 0. ...", tr="Negatif sonuçlar 0'a dönüşüyor. ..."),
        hint=Text(en="May Z be negative? ...", tr="Z negatif olabilir mi? ..."),
        look="return",
        ways=({"finish": lambda Z: np.maximum(Z, 0)},),
    )

Nothing else needs to be told of it: the tests find it, and see to it that each of its ways differs from the right
function and from every other mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from adim.learn.mistakes import (
    conv_backward,
    conv_forward,
    conv_single_step,
    create_mask_from_window,
    distribute_value,
    pool_backward,
    pool_forward,
    zero_pad,
)
from adim.learn.mistakes.forms import FORMS
from adim.learn.mistakes.record import Change, Mistake

__all__ = ["MISTAKES", "Mistake", "of", "twins"]

_FILES = (
    zero_pad,
    conv_single_step,
    conv_forward,
    pool_forward,
    conv_backward,
    create_mask_from_window,
    distribute_value,
    pool_backward,
)

MISTAKES: dict[str, Mistake] = {mistake.key: mistake for file in _FILES for mistake in file.RECORDS}
"""Every mistake by its key."""


def of(function: str) -> tuple[Mistake, ...]:
    """Return the mistakes of a function, the most common first.

    Examples
    --------
    >>> of("conv_forward")[0].title.en
    "The window's corners forget the stride"
    """
    return tuple(mistake for mistake in MISTAKES.values() if mistake.function == function)


def twins(*mistakes: Mistake) -> tuple[Callable[..., Any], ...]:
    """Return the faulty twins of a function that make all of these mistakes: one for each way, or pair of ways.

    Parameters
    ----------
    *mistakes : Mistake
        One or more, of the same function.

    Returns
    -------
    tuple of function
        Each is called like the function, returns or raises what a learner's would, and modifies no argument. The most
        common ways come first. There are none where the mistakes belong to different functions or exclude each other,
        replacing the same piece.

    Examples
    --------
    >>> no_bias, flipped = MISTAKES["conv_single_step/no_bias"], MISTAKES["conv_single_step/flipped"]
    >>> window, W, b = np.array([[[1.0], [2.0]], [[3.0], [4.0]]]), np.ones((2, 2, 1)), np.full((1, 1, 1), 0.5)
    >>> print(twins(no_bias)[0](window, W, b))
    10.0
    >>> len(twins(no_bias, flipped))
    3
    """
    if len({mistake.function for mistake in mistakes}) != 1:
        return ()
    form = FORMS[mistakes[0].function]
    quietly = np.errstate(all="ignore")  # a mean of nothing is no reason to warn whom a twin is compared for
    return tuple(quietly(form(**change)) for change in _combined(mistakes))


def _combined(mistakes: tuple[Mistake, ...]) -> Iterator[Change]:
    for ways in product(*(mistake.ways for mistake in mistakes)):
        pieces = [piece for way in ways for piece in way]
        if len(set(pieces)) == len(pieces):
            yield {piece: replacement for way in ways for piece, replacement in way.items()}
