"""Who computes: the contract that every engine keeps, and the choice between them.

An engine is a module with the functions of `Engine`, under these names. It receives arrays that were checked at the
door (`adim.ops`): of one dtype, float32 or float64, in any memory layout, channels-last, and a `Window` that fits
them. It returns new arrays of that dtype, modifies none of its arguments (but for `Engine.update`, which is there to
do so), lets NaN and infinity propagate, and treats what is padded as zeros in a convolution, as nothing in a pooling.
Batches, images and channels may be empty. ``relu`` says that the rectifier follows: ``max(y, 0)`` is returned for y.

Adding an engine adds a module and a row to `_ENGINES`, and changes no caller.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from adim.arrays import FloatArray
from adim.engines import choice, settings
from adim.engines.moments import Moments
from adim.engines.rules import Rule
from adim.geometry import Window

_ENGINES = {"vectorised": "adim.engines.vectorised", "compiled": "adim.engines.compiled"}
_default = "auto"


class Engine(Protocol):
    """The contract. In the shapes, ``H, W`` is the image, ``n_H, n_W`` the output, ``G`` the window's groups."""

    def conv2d(
        self, x: FloatArray, kernel: FloatArray, bias: FloatArray, window: Window, *, relu: bool = False
    ) -> FloatArray:
        """``x (m, H, W, C)``, ``kernel (fh, fw, C / G, F)``, ``bias (F,)`` -> ``(m, n_H, n_W, F)``."""
        ...

    def conv2d_input_gradient(self, grad: FloatArray, kernel: FloatArray, window: Window) -> FloatArray:
        """``grad (m, n_H, n_W, F)``, ``kernel (fh, fw, C / G, F)`` -> ``(m, H, W, C)``."""
        ...

    def conv2d_kernel_gradient(self, grad: FloatArray, x: FloatArray, window: Window) -> tuple[FloatArray, FloatArray]:
        """``grad (m, n_H, n_W, F)``, ``x (m, H, W, C)`` -> ``(fh, fw, C / G, F)`` and, for the bias, ``(F,)``."""
        ...

    def max_pool2d(self, x: FloatArray, window: Window) -> FloatArray:
        """``x (m, H, W, C)`` -> ``(m, n_H, n_W, C)``."""
        ...

    def max_pool2d_backward(
        self, grad: FloatArray, x: FloatArray, y: FloatArray, window: Window, *, all_ties: bool
    ) -> FloatArray:
        """``grad, y (m, n_H, n_W, C)``, ``x (m, H, W, C)`` -> ``(m, H, W, C)``; ties as `adim.ops` says."""
        ...

    def avg_pool2d(self, x: FloatArray, window: Window, *, count_include_pad: bool) -> FloatArray:
        """``x (m, H, W, C)`` -> ``(m, n_H, n_W, C)``."""
        ...

    def avg_pool2d_backward(self, grad: FloatArray, window: Window, *, count_include_pad: bool) -> FloatArray:
        """``grad (m, n_H, n_W, C)`` -> ``(m, H, W, C)``."""
        ...

    def dense(self, x: FloatArray, kernel: FloatArray, bias: FloatArray, *, relu: bool = False) -> FloatArray:
        """``x (n, n_in)``, ``kernel (n_in, n_out)``, ``bias (n_out,)`` -> ``(n, n_out)``."""
        ...

    def dense_input_gradient(self, grad: FloatArray, kernel: FloatArray) -> FloatArray:
        """``grad (n, n_out)``, ``kernel (n_in, n_out)`` -> ``(n, n_in)``."""
        ...

    def dense_kernel_gradient(self, grad: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """``grad (n, n_out)``, ``x (n, n_in)`` -> ``(n_in, n_out)`` and, for the bias, ``(n_out,)``."""
        ...

    def relu(self, x: FloatArray) -> FloatArray:
        """Return ``max(x, 0)``."""
        ...

    def relu_backward(self, grad: FloatArray, y: FloatArray) -> FloatArray:
        """Return ``grad * (y > 0)``, for two arrays of one shape."""
        ...

    def softmax(self, x: FloatArray, out: FloatArray | None = None) -> FloatArray:
        """``x (..., C)`` -> ``exp(x) / sum(exp(x))``, of x's shape; written into `out`, where given, which may be x."""
        ...

    def add(self, arrays: Sequence[FloatArray], *, relu: bool = False) -> FloatArray:
        """Return the sum of two or more arrays of one shape."""
        ...

    def rescale(self, x: FloatArray, scale: float, offset: float) -> FloatArray:
        """Return ``x * scale + offset``."""
        ...

    def batch_normalization(
        self,
        x: FloatArray,
        scale: FloatArray,
        offset: FloatArray,
        epsilon: float,
        moments: Moments | None = None,
        *,
        relu: bool = False,
    ) -> tuple[FloatArray, Moments]:
        """``x (..., C)``, ``scale, offset (C,)`` -> y of x's shape, and the moments: the batch's, where none are given.

        ``y = scale * (x - mean) / sqrt(variance + epsilon) + offset``.
        """
        ...

    def batch_normalization_backward(
        self,
        grad: FloatArray,
        x: FloatArray,
        scale: FloatArray,
        offset: FloatArray,
        epsilon: float,
        moments: Moments,
        *,
        of_batch: bool,
        relu: bool = False,
        input_gradient: bool = True,
    ) -> tuple[FloatArray | None, FloatArray, FloatArray]:
        """``grad, x (..., C)`` -> dx of their shape, if it is wanted, and for scale and offset, ``(C,)``.

        `of_batch` says that the moments are the batch's own, and so depend on x.
        """
        ...

    def fold_normalization(
        self,
        kernel: FloatArray,
        bias: FloatArray | None,
        mean: FloatArray,
        variance: FloatArray,
        scale: FloatArray,
        offset: FloatArray,
        epsilon: float,
    ) -> tuple[FloatArray, FloatArray]:
        """``kernel (..., C)``, all others ``(C,)`` -> the kernel and the bias of a layer that normalises, too."""
        ...

    def update(
        self,
        rule: Rule,
        parameters: Sequence[FloatArray],
        gradients: Sequence[FloatArray],
        states: Sequence[FloatArray],
        scales: Sequence[float],
    ) -> None:
        """Change parameters (of any shapes) and their states, ``(slots, size)``, where they lie, as the rule says.

        The gradients, of their parameters' shapes, are multiplied by `scales` first.
        """
        ...


def set_engine(name: str) -> None:
    """Choose the engine of every later call that names none.

    Parameters
    ----------
    name : {"auto", "vectorised", "compiled"}
        "auto" takes the one that is likely the fastest: NumPy's for a few small calls, the compiled one as soon as
        there is work that is worth its start; see `adim.engines.choice`. The environment variable ``ADIM_ENGINE``
        makes the same choice before the program starts.

    Raises
    ------
    ValueError
        If there is no such engine.

    Examples
    --------
    >>> set_engine("vectorised")
    >>> get_engine()
    'vectorised'
    >>> set_engine("auto")
    """
    global _default  # noqa: PLW0603 - the one process-wide setting
    _default = _known(name, "the engine")


def get_engine() -> str:
    """Return the name that `set_engine` or the environment variable ``ADIM_ENGINE`` chose; "auto" at first."""
    settings.check_environment()
    return _default


def choose(name: str = "auto", work: int = 0) -> Engine:
    """Return the engine of this name; for "auto" the process's choice, and failing that the likely fastest.

    Parameters
    ----------
    name : str
        "auto" or a row of `_ENGINES`.
    work : int
        How many multiplications, or numbers, the engine is wanted for.
    """
    settings.check_environment()
    if _known(name, "engine") == "auto":
        name = _default
    if name == "auto":
        name = "compiled" if choice.is_worth_compiling(work) else "vectorised"
    return _module(_ENGINES[name])


def is_compiled() -> bool:
    """Return whether every call from now on that names no engine goes to the compiled one."""
    return _default == "compiled" or (_default == "auto" and choice.is_made())


@cache
def _module(name: str) -> Engine:
    return cast("Engine", import_module(name))


def _known(name: str, what: str) -> str:
    if not isinstance(name, str) or (name != "auto" and name not in _ENGINES):
        known = ("auto", *_ENGINES)
        raise ValueError(f"{what} must be one of {', '.join(map(repr, known))}; got {name!r}")
    return name


if chosen := os.environ.get("ADIM_ENGINE"):
    try:
        _default = _known(chosen, "the environment variable ADIM_ENGINE")
    except ValueError as error:
        settings.refuse(error)
