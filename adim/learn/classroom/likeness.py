"""Which submissions are nearly the same, whatever their variables are called.

Each of their functions is read as a tree, and the tree as a row of words from which names, texts and comments are
gone. Every run of `RUN` words is a fingerprint; two submissions are as alike as the share of fingerprints that they
have in common (Jaccard's index). What says nothing is left out: fingerprints of the textbook, those that more than
half of a class share, and submissions of which too little is left.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import inspect
import itertools
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from adim import steps
from adim.learn.exercises import EXERCISES

RUN = 8  # words in a fingerprint: most of a line of code
FEWEST = 40  # fingerprints that must be left of a submission
ALIKE = 0.7  # from this likeness on, two are named; independent solutions in one style reach 0.6
CLASS = 8  # learners; of fewer, half says nothing
LONGEST = 2**20  # characters of code; more is no solution of the course
_KEPT = {*dir(builtins), *EXERCISES, "np", "numpy"}

Fingerprints = frozenset[tuple[str, int]]


class Alike(NamedTuple):
    """Submissions that resemble each other: each of them at least one other.

    Attributes
    ----------
    learners : tuple of str
        Whose they are.
    least, most : float
        How much of what could tell two of them apart is the same, from 0 to 1, for the pairs that resemble each other.
    functions : tuple of str
        Which of the eight functions something is the same in; their helpers are compared, but not named.
    """

    learners: tuple[str, ...]
    least: float
    most: float
    functions: tuple[str, ...]


def find_alike(codes: Mapping[str, Sequence[str]]) -> tuple[Alike, ...]:
    """Return the groups of submissions that are nearly the same, the most alike first.

    Parameters
    ----------
    codes : mapping of str to sequence of str
        The code of each learner, in pieces that each stand alone.

    Examples
    --------
    >>> find_alike({"ali": ["def zero_pad(X, pad): return X"], "ayşe": ["def zero_pad(X, pad): return X"]})
    ()
    """
    prints = {learner: fingerprints(code) for learner, code in codes.items()}
    often = Counter(itertools.chain.from_iterable(prints.values()))
    common = {one for one, count in often.items() if count > len(prints) / 2} if len(prints) >= CLASS else set()
    telling = {learner: some - common - _textbook() for learner, some in prints.items()}
    enough = {learner: some for learner, some in sorted(telling.items()) if len(some) >= FEWEST}
    links = list(_links(enough))
    groups = []
    for group in _groups((first, second) for first, second, _ in links):
        degrees = [degree for first, _, degree in links if first in group]
        names = {name for first, second, _ in links if first in group for name, _ in enough[first] & enough[second]}
        functions = tuple(name for name in EXERCISES if name in names)
        groups.append(Alike(tuple(sorted(group)), min(degrees), max(degrees), functions))
    return tuple(sorted(groups, key=lambda group: (-group.most, group.learners)))


def _links(prints: Mapping[str, Fingerprints]) -> Iterator[tuple[str, str, float]]:
    """Yield the pairs that are nearly the same, and how much so."""
    for (first, a), (second, b) in itertools.combinations(prints.items(), 2):
        if min(len(a), len(b)) >= ALIKE * max(len(a), len(b)):
            shared = len(a & b)
            degree = shared / (len(a) + len(b) - shared)
            if degree >= ALIKE:
                yield first, second, degree


def _groups(pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Return which things pairs link together, over however many others."""
    groups: list[set[str]] = []
    for pair in pairs:
        apart = [group for group in groups if group.isdisjoint(pair)]
        groups = [*apart, set(pair).union(*(group for group in groups if not group.isdisjoint(pair)))]
    return groups


def fingerprints(code: Sequence[str]) -> Fingerprints:
    """Return the fingerprints of a submission's functions, helpers included; none of a piece that cannot be read."""
    functions: dict[str, ast.FunctionDef] = {}
    for piece in code:
        functions |= {node.name: node for node in _parsed(piece).body if isinstance(node, ast.FunctionDef)}
    return frozenset(
        (name if name in EXERCISES else "", fingerprint)
        for name, function in functions.items()
        for fingerprint in _runs(list(_words(function)))
    )


def _parsed(piece: str) -> ast.Module:
    if len(piece) <= LONGEST:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python, about the learner's code
            return ast.parse(piece)
    return ast.Module([], [])


def _runs(words: list[str]) -> Iterator[int]:
    return map(hash, zip(*(words[start:] for start in range(RUN)), strict=False))


def _words(function: ast.FunctionDef) -> Iterator[str]:
    """Yield a function's tree as words, from the root down, without what a learner is free to choose."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Expr(value=ast.Constant()):  # a docstring, or an ellipsis
                continue
            case ast.expr_context():
                continue
            case ast.Name(id=name):
                yield name if name in _KEPT else "name"
            case ast.Constant(value=value):
                yield type(value).__name__ if isinstance(value, str) else repr(value)[:20]
            case ast.Attribute(attr=attribute):
                yield attribute
            case _:
                yield type(node).__name__
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


@functools.cache
def _textbook() -> Fingerprints:
    return fingerprints([inspect.getsource(steps)])
