"""Objects that plain JSON can stand for: losses, metrics, optimisers and schedules.

A training run is written down as names and numbers, never as code: ``"adam"``, or ``{"class_name": "Adam", "config":
{"learning_rate": 0.01}}``. This file holds the one way from such a description to an object, and back.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from numbers import Real
from typing import Any, Self, TypeVar

Kind = TypeVar("Kind", bound="Configured")


class Configured:
    """An object that its constructor's arguments describe in full.

    As in scikit-learn, every argument is kept as an attribute of its own name; that is all a subclass has to do.
    """

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, as plain JSON values."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make an object from what `get_config` returned.

        Raises
        ------
        ValueError
            If the constructor takes no such arguments.
        """
        try:
            inspect.signature(cls).bind(**config)
        except TypeError as error:
            raise ValueError(f"{cls.__name__} cannot be made with {dict(config)!r:.200}: {error}") from error
        return cls(**config)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in self.get_config().items())})"


def described(thing: Configured) -> dict[str, Any]:
    """Return the plain JSON from which `find` makes an object like this one."""
    return {"class_name": type(thing).__name__, "config": thing.get_config()}


def find(identifier: Any, base: type[Kind], noun: str, names: Mapping[str, type[Kind]]) -> Kind:
    """Return the object that a name or a description stands for; an object passes through.

    Parameters
    ----------
    identifier : str, mapping or object
        ``"adam"``, ``"Adam"``, what `described` returned, or an object of class `base`.
    base : type
        The class of the objects that are looked for.
    noun : str
        What to call one in a message.
    names : mapping of str to type
        The classes by name. Class names are known without being listed.

    Raises
    ------
    ValueError
        If the name is unknown, or the class takes no such arguments.
    TypeError
        If `identifier` is of another type.
    """
    config: Mapping[str, Any] = {}
    match identifier:
        case base():
            return identifier
        case str(name):
            pass
        case {"class_name": str(name), "config": Mapping() as config}:
            pass
        case _:
            hint = "; write parentheses after the class" if isinstance(identifier, type) else ""
            raise TypeError(
                f"{noun} must be a name such as {next(iter(names))!r}, or an object such as "
                f"{next(iter(names.values())).__name__}(...); got {identifier!r:.80}{hint}"
            )
    by_either_name = {kind.__name__: kind for kind in names.values()} | dict(names)
    if name not in by_either_name:
        raise ValueError(f"{noun} must be one of {', '.join(names)}; got {name!r}")
    return by_either_name[name].from_config(config)


def number(
    name: str,
    value: Any,
    *,
    at_least: float = -math.inf,
    above: float = -math.inf,
    at_most: float = math.inf,
    below: float = math.inf,
) -> float:
    """Return a value as a finite float within bounds, or say what is wrong with it.

    Raises
    ------
    TypeError
        If it is no number.
    ValueError
        If it is NaN, infinite or out of bounds.

    Examples
    --------
    >>> number("momentum", 1, at_least=0, at_most=1)
    1.0
    >>> number("momentum", -0.5, at_least=0, at_most=1)
    Traceback (most recent call last):
    ValueError: momentum must be at least 0 and at most 1; got -0.5
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number; got {value!r:.80}")
    try:
        result = float(value)
    except OverflowError:  # an integer beyond all floats
        result = math.inf
    if not (math.isfinite(result) and at_least <= result <= at_most and above < result < below):
        bounds = {"at least": at_least, "above": above, "at most": at_most, "below": below}
        wanted = " and ".join(f"{word} {bound:g}" for word, bound in bounds.items() if math.isfinite(bound))
        raise ValueError(f"{name} must be {wanted or 'finite'}; got {value!r:.80}")
    return result
