"""What the tests of the bench share: its command line in this process, where no peer is installed but a double."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench import convolution, peers, pooling, training
from bench.__main__ import main
from bench.contest import Sides
from bench.peers import Peer

_LAYER, _POOL, _NETWORK = convolution.ours, pooling.ours, training.sides  # before a test puts something in their place


class Double:
    """A peer that does what we do, in two ways; in the second it knows float32 only."""

    SETTINGS = dict.fromkeys(("layers", "pools", "training"), "as we do it")

    @staticmethod
    def layers(layer: Any, arrays: convolution.Arrays, *, threads: int) -> dict[str, Sides | str]:
        right = _LAYER(layer, arrays, engine="vectorised")
        return {"torch plain": right, "torch odd": right if arrays.x.dtype == "float32" else "it knows float32 only"}

    @staticmethod
    def pools(pool: pooling.Pool, arrays: pooling.Arrays, *, threads: int) -> dict[str, Sides]:
        return {"torch plain": _POOL(pool, arrays, engine="vectorised")}

    @staticmethod
    def training(problem: Any, parts: Any, *, threads: int) -> dict[str, Sides]:
        return {"torch plain": _NETWORK(problem, parts)}


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.threads.limit", lambda _: None)  # NumPy is loaded long since
    monkeypatch.setattr("adim.speed.timing._SETTLE", 0)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no peer be installed."""
    for name, peer in peers.PEERS.items():
        monkeypatch.setitem(peers.PEERS, name, peer._replace(packages=("no_such_package",)))


@pytest.fixture
def double(alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the double stand in for PyTorch, and nobody else be installed."""
    monkeypatch.setitem(sys.modules, "double", Double)
    monkeypatch.setitem(peers.PEERS, "torch", Peer("double", ("numpy",), tuple(Double.SETTINGS)))


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, str, dict]]:
    """Give the command line: arguments in; the exit code, the text and the JSON out."""

    def run(*arguments: str) -> tuple[int, str, dict]:
        status = main([*arguments, "--threads", "1", "--out", str(tmp_path)])
        (text,), (data,) = tmp_path.glob("*.txt"), tmp_path.glob("*.json")
        return status, text.read_text(), json.loads(data.read_text())

    return run
