# ruff: noqa: ARG002 - the arguments of the layer's contract; not every layer needs them all
"""Layers that are an activation, and the base of those that end in one."""

from __future__ import annotations

from typing import Any, ClassVar, Self, Unpack

import numpy as np

from adim import activations, ops
from adim.arrays import FloatArray, Shape
from adim.configs import number
from adim.layers.arguments import example_axis
from adim.layers.base import Gradients, Layer, LayerArguments


class ActivatedLayer(Layer):
    """A layer whose last step is an activation: ``y = activation(z)``.

    Parameters
    ----------
    activation : str, Activation or None
        What `adim.activations.get` takes.
    **common
        The arguments of every `Layer`.

    Notes
    -----
    A subclass implements `pre_activation`, which computes z, and its way back. The base does the rest, and so
    there is one place that knows about ``at_logits``. Where z is linear in one of the parameters, along whose last axes
    the channels lie, and a ``bias`` is added, `last_kernel` is that parameter's name.
    """

    last_kernel: ClassVar[str | None] = None

    def __init__(self, activation: str | activations.Activation | None, **common: Unpack[LayerArguments]) -> None:
        super().__init__(**common)
        self.activation = activations.get(activation)

    def pre_activation(self, x: FloatArray, *, relu: bool) -> tuple[FloatArray, Any]:
        """Return z, or with `relu` its positive part at once, and what the way back from z needs.

        The first is either `x` itself or an array that nobody else holds.
        """
        raise NotImplementedError

    def pre_activation_backward(
        self, grad: FloatArray, cache: Any, *, input_gradient: bool
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradients at the input and the parameters, given that at z."""
        raise NotImplementedError

    def forward(
        self,
        x: FloatArray,
        *,
        training: bool = False,
        rng: np.random.Generator | None = None,
        relu: bool | None = None,
    ) -> tuple[FloatArray, Any]:
        """Return the output and the cache; see `Layer.forward`.

        Where `relu` is given, the rectifier (true) or nothing (false) takes the place of the activation.
        """
        activation = self.activation if relu is None else activations.relu if relu else activations.linear
        if activation == activations.linear:
            y, cache = self.pre_activation(x, relu=False)
            return y, (cache, None, activation)
        if activation == activations.relu:
            y, cache = self.pre_activation(x, relu=True)
        else:
            z, cache = self.pre_activation(x, relu=False)
            y = activation.forward(z, out=None if z is x else z)
        return y, (cache, y, activation)

    def backward(
        self, grad: FloatArray, cache: Any, *, input_gradient: bool = True, at_logits: bool = False
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradients at the input and at the parameters; see `Layer.backward`.

        Parameters
        ----------
        grad, cache, input_gradient
            As for every layer.
        at_logits : bool
            Whether `grad` is the gradient at z already, and the activation's own derivative is left out. A loss
            that knows the activation before it gives this gradient exactly, where the derivative of a saturated
            softmax or sigmoid would have rounded it to 0.
        """
        cache, y, activation = cache
        if y is not None and not at_logits:
            grad = activation.backward(grad, y)
        return self.pre_activation_backward(grad, cache, input_gradient=input_gradient)

    def normalized(self, **moments: Any) -> Self:
        """Return a layer whose z is this one's, normalised: see `ops.fold_normalization` for its arguments."""
        if self.last_kernel is None:
            raise TypeError(f"{self!r} has no kernel into which a normalisation could go")
        kernel, bias = self.parameters[self.last_kernel], self.parameters.get("bias")
        rows = kernel.reshape(-1, moments["mean"].size)
        rows, bias = ops.fold_normalization(rows, bias, **moments)
        twin: Self = object.__new__(type(self))  # what copy.copy does, in a fifth of the time
        twin.__dict__.update(self.__dict__)
        twin.parameters = {**self.parameters, self.last_kernel: rows.reshape(kernel.shape), "bias": bias}
        return twin


class Activation(ActivatedLayer):
    """An activation as a layer of its own.

    Parameters
    ----------
    activation : str or Activation
        ``"relu"``, ``"softmax"`` and so on; see `adim.activations`.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> Activation("relu").forward(np.array([[-1.0, 2.0]]))[0]
    array([[0., 2.]])
    """

    def __init__(self, activation: str | activations.Activation, **common: Unpack[LayerArguments]) -> None:
        super().__init__(activation, **common)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def pre_activation(self, x: FloatArray, *, relu: bool) -> tuple[FloatArray, None]:
        """Return the input, or its positive part."""
        return (ops.relu(x) if relu else x), None

    def pre_activation_backward(
        self,
        grad: FloatArray,
        cache: None,
        *,
        input_gradient: bool,
    ) -> tuple[FloatArray, Gradients]:
        """Return the gradient."""
        return grad, {}


class Softmax(Activation):
    """``exp(x) / sum(exp(x))``: scores to probabilities.

    Parameters
    ----------
    axis : int, default -1
        The axis, counted with the batch axis, along which the probabilities add up to 1.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> Softmax().forward(np.array([[0.0, np.log(3.0)]]))[0]
    array([[0.25, 0.75]])
    """

    def __init__(self, axis: int = -1, **common: Unpack[LayerArguments]) -> None:
        self.axis = example_axis(axis)
        super().__init__(activations.softmax_over(self.axis), **common)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        if self.axis > len(input_shape):
            raise ValueError(f"axis must be -1 or from 1 to {len(input_shape)}; got {self.axis}")
        return input_shape


class ReLU(Activation):
    """The rectifier, with a ceiling, a slope and a threshold where they are wanted.

    ``max_value`` where ``x >= max_value``, x where ``x > threshold``, and ``negative_slope * (x - threshold)``
    elsewhere.

    Parameters
    ----------
    max_value : float, optional
        The largest output, at least 0.
    negative_slope : float, default 0
        The slope below the threshold, at least 0.
    threshold : float, default 0
        Where the slope begins, at least 0.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> ReLU(max_value=6).forward(np.array([[-1.0, 2.0, 9.0]]))[0]
    array([[0., 2., 6.]])
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **common: Unpack[LayerArguments],
    ) -> None:
        self.max_value = None if max_value is None else number("max_value", max_value, at_least=0)
        self.negative_slope = number("negative_slope", negative_slope, at_least=0)
        self.threshold = number("threshold", threshold, at_least=0)
        rectifier = activations.rectifier(
            "relu", max_value=self.max_value, negative_slope=self.negative_slope, threshold=self.threshold
        )
        super().__init__(rectifier, **common)


class LeakyReLU(Activation):
    """x where it is positive, ``negative_slope * x`` elsewhere.

    Parameters
    ----------
    negative_slope : float, default 0.3
        At least 0.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> LeakyReLU(0.5).forward(np.array([[-1.0, 2.0]]))[0]
    array([[-0.5,  2. ]])
    """

    def __init__(self, negative_slope: float = 0.3, **common: Unpack[LayerArguments]) -> None:
        self.negative_slope = number("negative_slope", negative_slope, at_least=0)
        super().__init__(activations.rectifier("leaky_relu", negative_slope=self.negative_slope), **common)
