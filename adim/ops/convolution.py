"""Convolution and its transpose, forward and back."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray, Shape, axes, floating, lengths, remembered
from adim.engines import choose
from adim.geometry import Padding, Pair, Window, integer, transposed_window, window
from adim.ops.bias import for_filters, keyword


def conv2d(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    groups: int = 1,
    relu: bool = False,
    engine: str = "auto",
) -> FloatArray:
    """Convolve a batch of images with a bank of filters.

    As everywhere in this field the filters are not flipped: it is a cross-correlation,
    ``y[i, h, w, k] = bias[k] + sum over u, v, c of x[i, h s + u d - p, w s + v d - p, c] * kernel[u, v, c, k]``
    for stride s, dilation d and padding p, with zeros outside the image.

    Parameters
    ----------
    x : array_like of shape (m, H, W, C)
        The images.
    kernel : array_like of shape (fh, fw, C / groups, F)
        The filters. With `groups` the channels of `x` and the filters are parted into as many groups, and each filter
        sees the channels of its group; ``groups=C`` is the depthwise convolution with ``F / C`` filters a channel.
    bias : array_like of shape (F,), optional
        Added to every pixel of its filter's output.
    strides, dilation_rate : int or (int, int)
        Along the height and the width.
    padding : str, int, (int, int) or ((int, int), (int, int))
        "valid" (none), "same" (as much as gives ``ceil(H / stride)`` rows, the odd one at the bottom and right),
        "same_lower" (the odd one at the top and left), a number, one for each axis, or
        ``((top, bottom), (left, right))``.
    groups : int
        Divides C and F.
    relu : bool
        Whether the rectifier follows: ``max(y, 0)`` is returned for y.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of shape (m, n_H, n_W, F)

    Raises
    ------
    TypeError
        If an array does not hold real numbers, or a number is no integer.
    ValueError
        If shapes do not fit, or a filter is larger than the padded image.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> edges = np.array([[-1.0, 1.0]]).reshape(1, 2, 1, 1)
    >>> conv2d(x, edges, strides=(2, 1))[0, :, :, 0]
    array([[1., 1., 1.],
           [1., 1., 1.]])
    """
    x, kernel, *given = floating(x=x, kernel=kernel, **keyword(bias))
    windows, work, _ = _geometry(x.shape, kernel.shape, strides, padding, dilation_rate, groups)
    return choose(engine, work).conv2d(x, kernel, for_filters(given, kernel, kernel.shape[3]), windows, relu=relu)


def conv2d_input_gradient(
    grad: npt.ArrayLike,
    kernel: npt.ArrayLike,
    input_shape: Shape,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    groups: int = 1,
    engine: str = "auto",
) -> FloatArray:
    """Return the gradient of the cost with respect to the input of `conv2d`.

    It is the adjoint of the convolution: ``<conv2d(x, kernel), grad> = <x, conv2d_input_gradient(grad, kernel)>``.

    Parameters
    ----------
    grad : array_like of shape (m, n_H, n_W, F)
        The gradient with respect to the output.
    kernel : array_like of shape (fh, fw, C / groups, F)
        The filters of the forward pass.
    input_shape : (m, H, W, C)
        The shape of the forward pass's `x`.
    strides, padding, dilation_rate, groups, engine
        As for `conv2d`.

    Returns
    -------
    ndarray of shape (m, H, W, C)

    Raises
    ------
    TypeError, ValueError
        As for `conv2d`; also if `grad` has not the shape of the forward pass's output.

    Examples
    --------
    >>> kernel = np.array([[1.0, 10.0]]).reshape(1, 2, 1, 1)
    >>> conv2d_input_gradient(np.ones((1, 1, 2, 1)), kernel, (1, 1, 3, 1))[0, 0, :, 0]
    array([ 1., 11., 10.])
    """
    grad, kernel = floating(grad=grad, kernel=kernel)
    input_shape = lengths("input_shape", input_shape, "(m, H, W, C)")
    windows, work, output = _geometry(input_shape, kernel.shape, strides, padding, dilation_rate, groups)
    _check_grad(grad, output)
    return choose(engine, work).conv2d_input_gradient(grad, kernel, windows)


def conv2d_kernel_gradient(
    grad: npt.ArrayLike,
    x: npt.ArrayLike,
    kernel_shape: Shape,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    groups: int = 1,
    engine: str = "auto",
) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of the cost with respect to the kernel and the bias of `conv2d`.

    Parameters
    ----------
    grad : array_like of shape (m, n_H, n_W, F)
        The gradient with respect to the output.
    x : array_like of shape (m, H, W, C)
        The input of the forward pass.
    kernel_shape : (fh, fw, C / groups, F)
        The shape of the forward pass's `kernel`.
    strides, padding, dilation_rate, groups, engine
        As for `conv2d`.

    Returns
    -------
    dkernel : ndarray of shape (fh, fw, C / groups, F)
    dbias : ndarray of shape (F,)

    Raises
    ------
    TypeError, ValueError
        As for `conv2d`; also if `grad` has not the shape of the forward pass's output.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)
    >>> dkernel, dbias = conv2d_kernel_gradient(np.ones((1, 1, 2, 1)), x, (1, 2, 1, 1))
    >>> dkernel.ravel(), dbias
    (array([3., 5.]), array([2.]))
    """
    grad, x = floating(grad=grad, x=x)
    kernel_shape = lengths("kernel_shape", kernel_shape, "(fh, fw, C / groups, F)")
    windows, work, output = _geometry(x.shape, kernel_shape, strides, padding, dilation_rate, groups)
    _check_grad(grad, output)
    return choose(engine, work).conv2d_kernel_gradient(grad, x, windows)


def conv2d_backward(
    grad: npt.ArrayLike,
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    groups: int = 1,
    engine: str = "auto",
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the gradients of the cost with respect to all that `conv2d` took.

    Parameters
    ----------
    grad : array_like of shape (m, n_H, n_W, F)
        The gradient with respect to the output.
    x : array_like of shape (m, H, W, C)
        The input of the forward pass.
    kernel : array_like of shape (fh, fw, C / groups, F)
        Its filters.
    strides, padding, dilation_rate, groups, engine
        As for `conv2d`.

    Returns
    -------
    dx : ndarray of shape (m, H, W, C)
    dkernel : ndarray of shape (fh, fw, C / groups, F)
    dbias : ndarray of shape (F,)

    Raises
    ------
    TypeError, ValueError
        As for `conv2d`; also if `grad` has not the shape of the forward pass's output.

    Examples
    --------
    >>> x, kernel = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
    >>> dx, dkernel, dbias = conv2d_backward(np.ones((1, 2, 2, 1)), x, kernel)
    >>> dx[0, :, :, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    grad, x, kernel = floating(grad=grad, x=x, kernel=kernel)
    windows, work, output = _geometry(x.shape, kernel.shape, strides, padding, dilation_rate, groups)
    _check_grad(grad, output)
    chosen = choose(engine, 2 * work)
    dx = chosen.conv2d_input_gradient(grad, kernel, windows)
    return dx, *chosen.conv2d_kernel_gradient(grad, x, windows)


def conv2d_transpose(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    output_padding: Pair | None = None,
    dilation_rate: Pair = 1,
    engine: str = "auto",
) -> FloatArray:
    """Spread every pixel over a window: the input gradient of a convolution, used as a layer that enlarges images.

    Parameters
    ----------
    x : array_like of shape (m, H, W, C)
        The images.
    kernel : array_like of shape (fh, fw, F, C)
        The filters, output channels before input channels, as ``keras.ops.conv_transpose`` has them.
    bias : array_like of shape (F,), optional
        Added to every pixel of its filter's output.
    strides, dilation_rate : int or (int, int)
        How far apart the windows and the taps of a window stand in the output.
    padding : str, int, (int, int) or ((int, int), (int, int))
        "same" gives ``H * stride`` rows, "valid" all ``(H - 1) * stride + max(extent, stride)``; numbers cut as many
        rows and columns off.
    output_padding : int or (int, int), optional
        Rows and columns added at the bottom and right, fewer than the stride; see
        `adim.geometry.transposed_window`.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of shape (m, n_H, n_W, F)

    Raises
    ------
    TypeError
        If an array does not hold real numbers, or a number is no integer.
    ValueError
        If shapes do not fit, or the padding leaves nothing.

    Examples
    --------
    >>> x = np.array([1.0, 2.0]).reshape(1, 1, 2, 1)
    >>> conv2d_transpose(x, np.ones((1, 2, 1, 1)), strides=(1, 2))[0, 0, :, 0]
    array([1., 1., 2., 2.])
    """
    x, kernel, *given = floating(x=x, kernel=kernel, **keyword(bias))
    windows, work, _ = _transposed(x.shape, kernel.shape, strides, padding, output_padding, dilation_rate)
    biases = for_filters(given, kernel, kernel.shape[2])
    y = choose(engine, work).conv2d_input_gradient(x, kernel, windows)
    y += biases
    return y


def conv2d_transpose_backward(
    grad: npt.ArrayLike,
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    output_padding: Pair | None = None,
    dilation_rate: Pair = 1,
    engine: str = "auto",
    input_gradient: bool = True,
) -> tuple[FloatArray | None, FloatArray, FloatArray]:
    """Return the gradients of the cost with respect to all that `conv2d_transpose` took.

    Parameters
    ----------
    grad : array_like of shape (m, n_H, n_W, F)
        The gradient with respect to the output.
    x : array_like of shape (m, H, W, C)
        The input of the forward pass.
    kernel : array_like of shape (fh, fw, F, C)
        Its filters.
    strides, padding, output_padding, dilation_rate, engine
        As for `conv2d_transpose`.
    input_gradient : bool
        Whether `dx` is wanted.

    Returns
    -------
    dx : ndarray of shape (m, H, W, C), or None
    dkernel : ndarray of shape (fh, fw, F, C)
    dbias : ndarray of shape (F,)

    Raises
    ------
    TypeError, ValueError
        As for `conv2d_transpose`; also if `grad` has not the shape of the forward pass's output.

    Examples
    --------
    >>> x, grad = np.full((1, 1, 2, 1), 3.0), np.arange(4.0).reshape(1, 1, 4, 1)
    >>> dx, dkernel, dbias = conv2d_transpose_backward(grad, x, np.ones((1, 2, 1, 1)), strides=(1, 2))
    >>> dx[0, 0, :, 0], dkernel.ravel(), dbias
    (array([1., 5.]), array([ 6., 12.]), array([6.]))
    """
    grad, x, kernel = floating(grad=grad, x=x, kernel=kernel)
    windows, work, output = _transposed(x.shape, kernel.shape, strides, padding, output_padding, dilation_rate)
    _check_grad(grad, output)
    chosen = choose(engine, 2 * work)
    zeros = np.zeros(x.shape[3], grad.dtype)
    dx = chosen.conv2d(grad, kernel, zeros, windows) if input_gradient else None
    dkernel, _ = chosen.conv2d_kernel_gradient(x, grad, windows)
    return dx, dkernel, grad.sum(2).sum(1).sum(0)  # as for conv2d: three short sums drift less than one long one


class _Geometry(NamedTuple):
    """What follows from shapes and attributes."""

    windows: Window
    work: int  # multiplications of one pass: each window meets each number of the kernel once
    output: Shape


@remembered
def _geometry(x: Shape, kernel: Shape, strides: Pair, padding: Padding, dilation_rate: Pair, groups: int) -> _Geometry:
    axes("x", x, "(m, H, W, C)")
    axes("kernel", kernel, "(fh, fw, C / groups, F)")
    _check_groups(x, kernel, groups)
    windows = window(
        (x[1], x[2]),
        (kernel[0], kernel[1]),
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        groups=groups,
    )
    return _Geometry(windows, x[0] * math.prod(windows.output) * math.prod(kernel), (x[0], *windows.output, kernel[3]))


@remembered
def _transposed(
    x: Shape,
    kernel: Shape,
    strides: Pair,
    padding: Padding,
    output_padding: Pair | None,
    dilation_rate: Pair,
) -> _Geometry:
    axes("x", x, "(m, H, W, C)")
    axes("kernel", kernel, "(fh, fw, F, C)")
    if kernel[3] != x[3]:
        raise ValueError(
            f"the kernel's last axis must be as long as that of x: x {x} has {x[3]} channels, "
            f"kernel {kernel}, (fh, fw, F, C), has {kernel[3]}"
        )
    windows = transposed_window(
        (x[1], x[2]),
        (kernel[0], kernel[1]),
        strides=strides,
        padding=padding,
        output_padding=output_padding,
        dilation_rate=dilation_rate,
    )
    output = x[0], windows.height.size, windows.width.size, kernel[2]
    return _Geometry(windows, math.prod(x[:3]) * math.prod(kernel), output)


def _check_groups(x: Shape, kernel: Shape, groups: int) -> None:
    groups = integer("groups", groups, at_least=1)
    channels, per_group, filters = x[3], kernel[2], kernel[3]
    if per_group * groups != channels:
        parted = f" for {groups} groups" if groups > 1 else ""
        raise ValueError(
            f"the kernel must see as many channels as x has{parted}: x {tuple(x)} has {channels}, "
            f"kernel {tuple(kernel)}, (fh, fw, C / groups, F), sees {per_group}"
            + (f" x {groups}" if groups > 1 else "")
        )
    if filters % groups:
        raise ValueError(
            f"groups must divide the number of filters; kernel {tuple(kernel)} has {filters}, got {groups}"
        )


def _check_grad(grad: FloatArray, output: Shape) -> None:
    if grad.shape != output:
        raise ValueError(f"grad must have the shape of the forward pass's output, {output}; got {grad.shape}")
