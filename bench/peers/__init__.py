"""The peers: who else can do the work, in the layout and through the calls that suit them best.

A peer is a row of `PEERS` and a module, which has a function for each kind of work that the peer can do. The module is
loaded when the peer is measured, and a peer that is not installed does not take part.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, NamedTuple

from bench.contest import Sides


class Peer(NamedTuple):
    """Who can do what.

    Attributes
    ----------
    module : str
        Where its sides are made: by a function for each kind of work, of that name.
    packages : tuple of str
        What must be installed for it.
    work : tuple of str
        The kinds of work that it can do.
    """

    module: str
    packages: tuple[str, ...]
    work: tuple[str, ...]


PEERS = {
    "torch": Peer("bench.peers.pytorch", ("torch",), ("layers", "pools", "training")),
    "onnxruntime": Peer("bench.peers.onnx_runtime", ("onnxruntime", "onnx"), ("layers", "training")),
    "keras": Peer("bench.peers.keras_tensorflow", ("keras", "tensorflow"), ("training",)),
}
"""By the word with which the names of a peer's sides begin."""


class Lineup(NamedTuple):
    """Who takes part, and why others do not.

    Attributes
    ----------
    sides : dict of str to Sides
        By the name of the side, and then by the part of the work.
    absent : dict of str to str
        Sides that cannot do this work, with the reason.
    """

    sides: dict[str, Sides]
    absent: dict[str, str]


def line_up(work: str, *arguments: Any, threads: int, names: Sequence[str]) -> Lineup:
    """Ask peers for their sides of some work.

    Parameters
    ----------
    work : str
        A kind of work. The function of this name returns sides by name, or in the place of one that cannot take part
        the reason.
    *arguments
        What the function is called with.
    threads : int
        How many threads a peer may use.
    names : sequence of str
        Of `PEERS`; see `able`.
    """
    found: dict[str, Any] = {}
    for name in able(work, names):
        found |= getattr(import_module(PEERS[name].module), work)(*arguments, threads=threads)
    absent = {side: sides for side, sides in found.items() if isinstance(sides, str)}
    return Lineup({side: sides for side, sides in found.items() if side not in absent}, absent)


def able(work: str, names: Sequence[str]) -> list[str]:
    """Return those of the named peers that can do this work and are installed."""
    return [name for name in names if work in PEERS[name].work and installed(name)]


def installed(name: str) -> bool:
    """Return whether all packages of a peer are there."""
    return all(map(find_spec, PEERS[name].packages))


def versions(names: Sequence[str]) -> dict[str, str]:
    """Return the versions of the packages of these peers, which are installed."""
    return {package: _version(package) for name in names for package in PEERS[name].packages}


def settings(work: str, names: Sequence[str]) -> dict[str, str]:
    """Return what a reader must know of how these peers, which are able to do it, do some work."""
    return {name: import_module(PEERS[name].module).SETTINGS[work] for name in names}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # TensorFlow comes under several names
        return str(import_module(package).__version__)
