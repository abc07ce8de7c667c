"""Whether a function computes by itself, or has a library do what the exercise is about."""

from __future__ import annotations

import ast
from typing import NamedTuple

from adim.learn.exercises import Exercise
from adim.learn.source import loads, needed

LIBRARIES = frozenset(
    {"PIL", "adim", "chainer", "cupy", "cv2", "flax", "jax", "keras", "mindspore", "mxnet", "onnxruntime", "paddle"}
    | {"scipy", "skimage", "sklearn", "tensorflow", "theano", "tinygrad", "torch"}
)
"""Packages that convolve, pool or differentiate."""

ALLOWED = ("adim", "adim.steps")
"""Where a lesson takes the exercises from that it builds on."""


class Use(NamedTuple):
    """A library that a function relies on, and the line that says so."""

    name: str
    line: int


def foreign(code: str, exercise: Exercise) -> Use | None:
    r"""Return a library on which a function of a submission relies, directly or by functions that it calls.

    Parameters
    ----------
    code : str
        The submission.
    exercise : Exercise
        The function; that it takes the exercises that it builds on from adim is no fault.

    Examples
    --------
    >>> from adim.learn.exercises import EXERCISES
    >>> foreign("import scipy.signal as s\ndef zero_pad(X, pad):\n    return s.pad(X)", EXERCISES["zero_pad"])
    Use(name='scipy', line=1)
    """
    statements = needed(ast.parse(code).body, [exercise.name])

    def forbidden(alias: ast.alias) -> bool:
        return alias.name not in exercise.uses and (alias.asname or alias.name) in used

    used = {name for statement in statements for name in loads(statement)}
    for statement in statements:
        for node in ast.walk(statement):
            match node:
                case ast.Import():
                    roots = [alias.name.partition(".")[0] for alias in node.names]
                case ast.ImportFrom() if node.module in ALLOWED:
                    roots = ["adim"] if any(map(forbidden, node.names)) else []
                case ast.ImportFrom():
                    roots = [(node.module or "").partition(".")[0]]
                case _:
                    continue
            for root in roots:
                if root in LIBRARIES:
                    return Use(root, node.lineno)
    return None
