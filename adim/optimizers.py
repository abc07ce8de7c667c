"""How a network learns from its gradients: SGD, RMSprop, Adam and AdamW, in Keras's formulas.

An optimiser remembers what a formula needs from step to step, and works out the step's numbers: the rate, how gradients
are clipped. An engine takes the step, on all parameters at once, where they lie.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from adim import schedules
from adim.arrays import FloatArray
from adim.configs import Configured, described, find, number
from adim.engines import choose
from adim.engines.rules import AdaptiveMoments, Formula, Momentum, RootMeanSquare, Rule
from adim.schedules import Schedule

_BLOCK = 1 << 15  # of a gradient, while its norm is taken


class Optimizer(Configured):
    """The base of all optimisers.

    Parameters
    ----------
    learning_rate : float, Schedule or mapping
        The step size, or a schedule of step sizes, or what describes a schedule.
    weight_decay : float, optional
        What fraction of each parameter, times the learning rate, is taken away before a step. It is decoupled from
        the gradient (Loshchilov and Hutter, 2019) and, as in Keras, applies to every parameter.
    clipnorm : float, optional
        Scale each gradient down so that its norm is at most this.
    clipvalue : float, optional
        Cut each number of each gradient off at plus and minus this.
    global_clipnorm : float, optional
        Scale all gradients down together so that their joint norm is at most this.

    Attributes
    ----------
    iterations : int
        How many batches the optimiser has learned from.

    Notes
    -----
    A subclass implements `formula`, and says in `slots` how many arrays of state a parameter needs.
    """

    def __init__(
        self,
        learning_rate: float | Schedule | Mapping[str, Any],
        weight_decay: float | None,
        clipnorm: float | None,
        clipvalue: float | None,
        global_clipnorm: float | None,
    ) -> None:
        clips = {"clipnorm": clipnorm, "clipvalue": clipvalue, "global_clipnorm": global_clipnorm}
        given = {name: number(name, clip, above=0) for name, clip in clips.items() if clip is not None}
        if len(given) > 1:
            raise ValueError(f"only one of {', '.join(clips)} can be set; got {given}")
        self._learning_rate: float | Schedule = 0.0
        self.learning_rate = learning_rate
        self.weight_decay = None if weight_decay is None else number("weight_decay", weight_decay, at_least=0)
        self.clipnorm = given.get("clipnorm")
        self.clipvalue = given.get("clipvalue")
        self.global_clipnorm = given.get("global_clipnorm")
        self.iterations = 0
        self._learned: list[tuple[tuple[int, ...], np.dtype[Any]]] = []  # shape and dtype of each parameter
        self._state: list[FloatArray] = []  # of each parameter: (slots, size)

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next batch; assign a float or a `Schedule` to change it.

        A float cannot take a schedule's place (TypeError), since whoever assigns one, such as a callback, would
        silently end the schedule.
        """
        return (
            self._learning_rate(self.iterations) if isinstance(self._learning_rate, Schedule) else self._learning_rate
        )

    @learning_rate.setter
    def learning_rate(self, learning_rate: float | Schedule | Mapping[str, Any]) -> None:
        if isinstance(learning_rate, (Schedule, Mapping)):
            self._learning_rate = schedules.get(learning_rate)
        elif isinstance(self._learning_rate, Schedule):
            raise TypeError(
                f"the learning rate follows {self._learning_rate!r} and cannot be set to {learning_rate!r}: "
                "make the optimizer with a number, or leave out the callback that sets it"
            )
        else:
            self._learning_rate = number("learning_rate", learning_rate, at_least=0)

    @property
    def slots(self) -> int:
        """How many arrays of its own shape a parameter needs for what `formula` remembers."""
        raise NotImplementedError

    def formula(self, learning_rate: float) -> Formula:
        """Return what the next step does to each number of a parameter."""
        raise NotImplementedError

    def apply(self, parameters: Sequence[FloatArray], gradients: Sequence[npt.NDArray[Any]]) -> None:
        """Change the parameters, in place, by one step against their gradients.

        Parameters
        ----------
        parameters : sequence of ndarray
            What to train: float32 or float64, the same arrays in the same order at every call, since the optimiser
            knows a parameter by its position.
        gradients : sequence of ndarray
            One gradient for each parameter, of its shape.

        Raises
        ------
        ValueError
            If the gradients do not fit the parameters, or the parameters those of earlier calls.
        TypeError
            If a parameter is neither float32 nor float64.
        """
        self._check(parameters, gradients)
        learning_rate = self.learning_rate
        kept = 1 - learning_rate * (self.weight_decay or 0.0)
        rule = Rule(self.formula(learning_rate), kept, math.inf if self.clipvalue is None else self.clipvalue)
        choose(work=sum(array.size for array in parameters)).update(
            rule, parameters, gradients, self._state, self._scales(gradients)
        )
        self.iterations += 1

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, as plain JSON values; the state is not among them."""
        rate = self._learning_rate
        return super().get_config() | {"learning_rate": described(rate) if isinstance(rate, Schedule) else rate}

    def _check(self, parameters: Sequence[FloatArray], gradients: Sequence[npt.NDArray[Any]]) -> None:
        if [g.shape for g in gradients] != [p.shape for p in parameters]:
            raise ValueError(
                f"each parameter needs a gradient of its shape; got parameters of shapes "
                f"{[p.shape for p in parameters]} and gradients of shapes {[g.shape for g in gradients]}"
            )
        learned = [(parameter.shape, parameter.dtype) for parameter in parameters]
        if not self._learned:
            for parameter in parameters:
                if parameter.dtype not in (np.float32, np.float64):
                    raise TypeError(f"parameters must be float32 or float64; got dtype {parameter.dtype}")
            self._learned = learned
            self._state = [np.zeros((self.slots, p.size), p.dtype) for p in parameters]
        elif learned != self._learned:
            raise ValueError(
                "this optimizer has trained parameters of shapes "
                f"{_shapes(self._learned)}; got {_shapes(learned)}. Make a new optimizer for a new or changed network"
            )

    def _scales(self, gradients: Sequence[npt.NDArray[Any]]) -> list[float]:
        """Return by what to multiply each gradient so that no norm exceeds its limit."""
        if self.clipnorm is not None:
            return [self.clipnorm / max(_norm(gradient), self.clipnorm) for gradient in gradients]
        if self.global_clipnorm is not None:
            joint = math.hypot(*map(_norm, gradients))
            return [self.global_clipnorm / max(joint, self.global_clipnorm)] * len(gradients)
        return [1.0] * len(gradients)


class SGD(Optimizer):
    """Gradient descent: ``w -= learning_rate * g``.

    With momentum, ``v = momentum * v - learning_rate * g`` and ``w += v``, or with Nesterov's look ahead
    ``w += momentum * v - learning_rate * g``.

    Parameters
    ----------
    learning_rate : float, Schedule or mapping, default 0.01
        The step size.
    momentum : float, default 0.0
        How much of the last step goes into the next, between 0 and 1.
    nesterov : bool, default False
        Whether to take Nesterov's step.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See `Optimizer`.

    Examples
    --------
    >>> w = np.array([1.0, -1.0])
    >>> SGD(learning_rate=0.1).apply([w], [np.array([1.0, 2.0])])
    >>> w
    array([ 0.9, -1.2])
    """

    def __init__(
        self,
        learning_rate: float | Schedule | Mapping[str, Any] = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
    ) -> None:
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm)
        self.momentum = number("momentum", momentum, at_least=0, at_most=1)
        self.nesterov = bool(nesterov)

    @property
    def slots(self) -> int:
        """One, the velocity; none without momentum."""
        return 1 if self.momentum else 0

    def formula(self, learning_rate: float) -> Formula:
        """Return what the next step does to each number of a parameter."""
        return Momentum(learning_rate, self.momentum, self.nesterov)


class RMSprop(Optimizer):
    """Gradient descent with each gradient divided by the root of its mean square (Hinton, 2012).

    ``s = rho * s + (1 - rho) * g ** 2`` and ``w -= learning_rate * g / sqrt(s + epsilon)``.

    Parameters
    ----------
    learning_rate : float, Schedule or mapping, default 0.001
        The step size.
    rho : float, default 0.9
        How much of the old mean goes into the new, from 0 to below 1.
    momentum : float, default 0.0
        How much of the last step goes into the next: ``v = momentum * v + step`` and ``w -= v``.
    epsilon : float, default 1e-7
        What keeps the divisor from 0; it stands under the root.
    centered : bool, default False
        Whether to divide by the root of the variance instead: the squared mean of g is taken from s.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See `Optimizer`.

    Examples
    --------
    >>> w = np.array([10.0])
    >>> RMSprop(learning_rate=0.1).apply([w], [np.array([10.0])])
    >>> w.round(6)
    array([9.683772])
    """

    def __init__(
        self,
        learning_rate: float | Schedule | Mapping[str, Any] = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
    ) -> None:
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm)
        self.rho = number("rho", rho, at_least=0, below=1)
        self.momentum = number("momentum", momentum, at_least=0, at_most=1)
        self.epsilon = number("epsilon", epsilon, above=0)
        self.centered = bool(centered)

    @property
    def slots(self) -> int:
        """The mean square, the mean if centered, and the velocity if there is momentum."""
        return 1 + self.centered + bool(self.momentum)

    def formula(self, learning_rate: float) -> Formula:
        """Return what the next step does to each number of a parameter."""
        return RootMeanSquare(learning_rate, self.rho, self.momentum, self.epsilon, self.centered)


class Adam(Optimizer):
    """Gradient descent with moving means of the gradient and of its square (Kingma and Ba, 2015).

    At step t, counted from 1: ``m += (1 - beta_1) * (g - m)``, ``v += (1 - beta_2) * (g ** 2 - v)`` and
    ``w -= learning_rate * sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t) * m / (sqrt(v) + epsilon)``.

    Parameters
    ----------
    learning_rate : float, Schedule or mapping, default 0.001
        The step size.
    beta_1 : float, default 0.9
        How much of the old mean goes into the new, from 0 to below 1.
    beta_2 : float, default 0.999
        The same for the mean square.
    epsilon : float, default 1e-7
        What keeps the divisor from 0: the "epsilon hat" of the paper, outside the root.
    amsgrad : bool, default False
        Whether to divide by the root of the largest v so far (Reddi et al., 2018).
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See `Optimizer`.

    Examples
    --------
    >>> w = np.array([1.0, -1.0])
    >>> Adam(learning_rate=0.1).apply([w], [np.array([5.0, -0.01])])
    >>> w.round(4)
    array([ 0.9, -0.9])
    """

    def __init__(
        self,
        learning_rate: float | Schedule | Mapping[str, Any] = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
    ) -> None:
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm)
        self.beta_1 = number("beta_1", beta_1, at_least=0, below=1)
        self.beta_2 = number("beta_2", beta_2, at_least=0, below=1)
        self.epsilon = number("epsilon", epsilon, above=0)
        self.amsgrad = bool(amsgrad)

    @property
    def slots(self) -> int:
        """The two means, and the largest mean square with AMSGrad."""
        return 2 + self.amsgrad

    def formula(self, learning_rate: float) -> Formula:
        """Return what the next step does to each number of a parameter."""
        step = self.iterations + 1
        corrected = learning_rate * math.sqrt(1 - self.beta_2**step) / (1 - self.beta_1**step)
        return AdaptiveMoments(corrected, self.beta_1, self.beta_2, self.epsilon, self.amsgrad)


class AdamW(Adam):
    """Adam with weight decay, by default 0.004 (Loshchilov and Hutter, 2019).

    Parameters
    ----------
    learning_rate : float, Schedule or mapping, default 0.001
        The step size.
    weight_decay : float, default 0.004
        What fraction of each parameter, times the learning rate, is taken away before a step.
    beta_1, beta_2, epsilon, amsgrad
        See `Adam`.
    clipnorm, clipvalue, global_clipnorm : float, optional
        See `Optimizer`.

    Examples
    --------
    >>> w = np.array([1.0])
    >>> AdamW(learning_rate=0.1, weight_decay=0.5).apply([w], [np.array([0.0])])
    >>> w
    array([0.95])
    """

    def __init__(
        self,
        learning_rate: float | Schedule | Mapping[str, Any] = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
    ) -> None:
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, clipnorm, clipvalue, global_clipnorm
        )


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}
"""The optimisers by name; `get` knows their class names too."""


def get(optimizer: str | Mapping[str, Any] | Optimizer) -> Optimizer:
    """Return an optimiser by its name or description; an `Optimizer` passes through.

    Parameters
    ----------
    optimizer : str, mapping or Optimizer
        ``"adam"``, ``"Adam"``, or what `adim.configs.described` returned.

    Raises
    ------
    ValueError
        If the name is unknown, or its arguments are.
    TypeError
        If it is none of the three.

    Examples
    --------
    >>> get("sgd").learning_rate
    0.01
    """
    return find(optimizer, Optimizer, "optimizer", OPTIMIZERS)


def _norm(gradient: npt.NDArray[Any]) -> float:
    """Return the Euclidean norm, summed in float64: the gradients to clip are those that float32 overflows on."""
    flat = gradient.reshape(-1)
    squares = 0.0
    for start in range(0, flat.size, _BLOCK):
        block = flat[start : start + _BLOCK].astype(np.float64, copy=False)
        squares += float(block @ block)
    return math.sqrt(squares)


def _shapes(learned: list[tuple[tuple[int, ...], np.dtype[Any]]]) -> str:
    return ", ".join(f"{shape} {dtype}" for shape, dtype in learned)
