"""PyTorch's side of a network: eager and compiled, in both memory formats."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import functional

from adim.arrays import FloatArray
from bench.contest import Side, Sides
from bench.peers.pytorch.formats import FORMATS, image
from bench.peers.pytorch.network import Network
from bench.problem import LEARNING_RATE, STEPS, Problem, learned


def training(problem: Problem, parts: Sequence[str], *, threads: int) -> dict[str, Sides | str]:
    """Return each part of a network's work; for compiled sides that do not compile here, why."""
    torch.set_num_threads(threads)
    found: dict[str, Sides | str] = {}
    for name, memory_format in FORMATS.items():
        found[f"torch {name}"] = {part: _side(problem, part, memory_format, _as_is) for part in parts}
        compiled = f"torch compiled {name}"
        sides = {part: _side(problem, part, memory_format, _compiled) for part in parts}
        try:
            for side in sides.values():
                side.run()
        except Exception as error:  # noqa: BLE001 - what a missing compiler raises differs from place to place
            found[compiled] = f"torch.compile fails here: {type(error).__name__}: {str(error).splitlines()[0]:.200}"
        else:
            found[compiled] = sides
    return found


def _side(problem: Problem, part: str, memory_format: Any, prepare: Callable[..., Any]) -> Side:
    make = _step if part == "step" else _inference
    return make(problem, image(problem.images(part), memory_format), memory_format, prepare)


def _inference(problem: Problem, x: Any, memory_format: Any, prepare: Callable[..., Any]) -> Side:
    module = Network(problem.graph).to(memory_format=memory_format).eval()

    def forward(x: Any) -> Any:
        return functional.softmax(module(x), dim=1)

    forward = prepare(forward, freezing=True)

    def run() -> Any:
        with torch.inference_mode():
            return forward(x)

    return Side(run, lambda y: (y.numpy(),))


def _step(problem: Problem, x: Any, memory_format: Any, prepare: Callable[..., Any]) -> Side:
    y = torch.from_numpy(problem.y)
    module = Network(problem.graph).to(memory_format=memory_format).train()
    start = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    optimizer = _adam(module)

    def cost(x: Any, y: Any) -> Any:
        return functional.cross_entropy(module(x), y)

    cost = prepare(cost)

    def run() -> float:
        optimizer.zero_grad()
        loss = cost(x, y)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    def trial() -> tuple[FloatArray, ...]:
        nonlocal optimizer
        module.load_state_dict(start)
        optimizer = _adam(module)
        first = run()
        gradients = module.gradients()
        losses = [first, *(run() for _ in range(STEPS - 1))]
        return learned(gradients, losses)

    return Side(run, lambda result: result, trial)


def _adam(module: Any) -> Any:
    return torch.optim.Adam(module.parameters(), LEARNING_RATE, eps=1e-7, fused=True)  # Keras's epsilon, and ours


def _as_is(function: Any, **_: Any) -> Any:
    return function


def _compiled(function: Any, **options: Any) -> Any:
    """Compile a function; it gets code of its own, since what PyTorch has compiled is looked up by code."""
    own = types.FunctionType(
        function.__code__.replace(), function.__globals__, function.__name__, None, function.__closure__
    )
    return torch.compile(own, fullgraph=True, dynamic=False, options=options or None)
