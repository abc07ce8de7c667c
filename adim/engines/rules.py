"""How parameters change by their gradients: optimisers' formulas, reduced to the numbers of one step.

An optimiser decides these numbers, step by step; an engine takes the step. Each formula is written here as NumPy
writes it, on a block of a parameter; an engine that knows a formula by its class may compute it in a way of its own,
to the same numbers but for rounding.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from adim.arrays import FloatArray


class Formula(Protocol):
    """What one step does to the numbers of a parameter."""

    def update(self, parameter: FloatArray, gradient: FloatArray, state: FloatArray, scratch: FloatArray) -> None:
        """Change a block of a parameter, and its state, in place.

        Parameters
        ----------
        parameter : ndarray, shape (n,)
            The block.
        gradient : ndarray, shape (n,)
            The gradient of the loss there, clipped. It is not to be modified.
        state : ndarray, shape (slots, n)
            What earlier updates left there; zeros at first.
        scratch : ndarray, shape (n,)
            Room for an intermediate result.
        """
        ...


class Rule(NamedTuple):
    """One step of an optimiser.

    Attributes
    ----------
    formula : Formula
        What it does.
    kept : float
        What parameters are multiplied by before.
    limit : float
        Where numbers of gradients are cut off, above and below 0; infinity for nowhere.
    """

    formula: Formula
    kept: float
    limit: float


class Momentum(NamedTuple):
    """Gradient descent: ``w -= rate * g``.

    With momentum, ``v = momentum * v - rate * g`` and ``w += v``, or with Nesterov's look ahead
    ``w += momentum * v - rate * g``. State: v, where there is momentum.
    """

    rate: float
    momentum: float
    nesterov: bool

    def update(self, parameter: FloatArray, gradient: FloatArray, state: FloatArray, scratch: FloatArray) -> None:
        """Change a block of a parameter, and its state, in place."""
        step = np.multiply(gradient, self.rate, out=scratch)
        if not self.momentum:
            parameter -= step
            return
        (velocity,) = state
        velocity *= self.momentum
        velocity -= step
        if self.nesterov:
            parameter -= step
            parameter += np.multiply(velocity, self.momentum, out=scratch)
        else:
            parameter += velocity


class RootMeanSquare(NamedTuple):
    """``s = rho * s + (1 - rho) * g ** 2`` and ``w -= rate * g / sqrt(s + epsilon)``.

    With `centered`, a = ``rho * a + (1 - rho) * g`` and ``s - a ** 2`` takes the place of s; with momentum,
    ``v = momentum * v + step`` that of the step. State: s, then a, then v, where they are.
    """

    rate: float
    rho: float
    momentum: float
    epsilon: float
    centered: bool

    def update(self, parameter: FloatArray, gradient: FloatArray, state: FloatArray, scratch: FloatArray) -> None:
        """Change a block of a parameter, and its state, in place."""
        mean_square = state[0]
        np.square(gradient, out=scratch)
        _move(mean_square, scratch, self.rho)
        if self.centered:
            mean = state[1]
            scratch[...] = gradient
            _move(mean, scratch, self.rho)
            np.square(mean, out=scratch)
            np.subtract(mean_square, scratch, out=scratch)
            np.maximum(scratch, 0, out=scratch)  # no variance is negative, but a rounded one can be
            scratch += self.epsilon
        else:
            np.add(mean_square, self.epsilon, out=scratch)
        np.sqrt(scratch, out=scratch)
        np.divide(gradient, scratch, out=scratch)
        scratch *= self.rate
        if self.momentum:
            velocity = state[-1]
            velocity *= self.momentum
            velocity += scratch
            parameter -= velocity
        else:
            parameter -= scratch


class AdaptiveMoments(NamedTuple):
    """``m += (1 - beta_1) * (g - m)``, ``v += (1 - beta_2) * (g ** 2 - v)``, ``w -= rate * m / (sqrt(v) + epsilon)``.

    With `amsgrad`, the largest v so far takes the place of v. State: m, v, and that largest v.
    """

    rate: float
    beta_1: float
    beta_2: float
    epsilon: float
    amsgrad: bool

    def update(self, parameter: FloatArray, gradient: FloatArray, state: FloatArray, scratch: FloatArray) -> None:
        """Change a block of a parameter, and its state, in place."""
        mean, mean_square = state[0], state[1]
        np.subtract(gradient, mean, out=scratch)
        scratch *= 1 - self.beta_1
        mean += scratch
        np.square(gradient, out=scratch)
        scratch -= mean_square
        scratch *= 1 - self.beta_2
        mean_square += scratch
        if self.amsgrad:
            mean_square = np.maximum(state[2], mean_square, out=state[2])
        np.sqrt(mean_square, out=scratch)
        scratch += self.epsilon
        np.divide(mean, scratch, out=scratch)
        scratch *= self.rate
        parameter -= scratch


def _move(mean: FloatArray, new: FloatArray, kept: float) -> None:
    """Let ``mean = kept * mean + (1 - kept) * new``, in place, at the cost of `new`."""
    new *= 1 - kept
    mean *= kept
    mean += new
