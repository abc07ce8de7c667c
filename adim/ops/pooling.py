"""Maximum and average pooling, over windows and over whole images, forward and back.

A maximum may stand in several places of its window. ``ties="first"`` sends the gradient to the first of them, row by
row, as PyTorch, TensorFlow and ONNX do; ``ties="all"`` to every one, as the course does. A NaN is its window's
maximum; it equals nothing, so under "all" it receives no gradient, under "first" the first NaN receives it.

What is padded takes part in no maximum, and in a mean only with ``count_include_pad=True``; cells that `ceil_mode`
lets a window hang over never count. An image without cells has no windows.
"""

from __future__ import annotations

import numpy.typing as npt

from adim.arrays import FloatArray, Shape, axes, floating, lengths, remembered
from adim.engines import choose
from adim.geometry import Padding, Pair, Window, pool_window


def max_pool2d(
    x: npt.ArrayLike,
    pool_size: Pair,
    *,
    strides: Pair | None = None,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    ceil_mode: bool = False,
    engine: str = "auto",
) -> FloatArray:
    """Return the maximum of every window of every channel.

    Parameters
    ----------
    x : array_like of shape (m, H, W, C)
        The images.
    pool_size : int or (int, int)
        The window.
    strides : int or (int, int), optional
        Where it is left out, the windows stand side by side.
    padding : str, int, (int, int) or ((int, int), (int, int))
        As for `conv2d`, and smaller than the window; padding counts as minus infinity.
    dilation_rate : int or (int, int)
        The distance of the window's cells.
    ceil_mode : bool
        Whether a last window may hang over the end, as long as it does not start in the end padding.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of shape (m, n_H, n_W, C)

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, or a number is no integer.
    ValueError
        If `x` has not four axes, or the window does not fit.

    Examples
    --------
    >>> max_pool2d(np.arange(16.0).reshape(1, 4, 4, 1), 2)[0, :, :, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    (x,) = floating(x=x)
    windows = _window(x.shape, pool_size, strides, padding, dilation_rate, ceil_mode)
    return choose(engine, x.size).max_pool2d(x, windows)


def max_pool2d_backward(
    grad: npt.ArrayLike,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    pool_size: Pair,
    *,
    strides: Pair | None = None,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    ceil_mode: bool = False,
    ties: str = "first",
    engine: str = "auto",
) -> FloatArray:
    """Return the gradient of the cost with respect to the input of `max_pool2d`.

    Parameters
    ----------
    grad : array_like of shape (m, n_H, n_W, C)
        The gradient with respect to the output.
    x : array_like of shape (m, H, W, C)
        The input of the forward pass.
    y : array_like of shape (m, n_H, n_W, C)
        Its output.
    pool_size, strides, padding, dilation_rate, ceil_mode, engine
        As for `max_pool2d`.
    ties : {"first", "all"}
        Where the gradient goes when several cells of a window are its maximum.

    Returns
    -------
    ndarray of shape (m, H, W, C)

    Raises
    ------
    TypeError, ValueError
        As for `max_pool2d`; also if `grad` or `y` has not the output's shape, or `ties` is unknown.

    Examples
    --------
    >>> x = np.array([[1.0, 5.0], [5.0, 2.0]]).reshape(1, 2, 2, 1)
    >>> y, grad = max_pool2d(x, 2), np.full((1, 1, 1, 1), 7.0)
    >>> max_pool2d_backward(grad, x, y, 2)[0, :, :, 0]
    array([[0., 7.],
           [0., 0.]])
    >>> max_pool2d_backward(grad, x, y, 2, ties="all")[0, :, :, 0]
    array([[0., 7.],
           [7., 0.]])
    """
    grad, x, y = floating(grad=grad, x=x, y=y)
    windows = _window(x.shape, pool_size, strides, padding, dilation_rate, ceil_mode)
    for name, array in (("grad", grad), ("y", y)):
        _check_output(name, array, (len(x), *windows.output, x.shape[3]))
    return choose(engine, x.size).max_pool2d_backward(grad, x, y, windows, all_ties=_all(ties))


def avg_pool2d(
    x: npt.ArrayLike,
    pool_size: Pair,
    *,
    strides: Pair | None = None,
    padding: Padding = "valid",
    ceil_mode: bool = False,
    count_include_pad: bool = False,
    engine: str = "auto",
) -> FloatArray:
    """Return the mean of every window of every channel.

    Parameters
    ----------
    x : array_like of shape (m, H, W, C)
        The images.
    pool_size, strides, padding, ceil_mode, engine
        As for `max_pool2d`.
    count_include_pad : bool
        Whether padded cells count, as zeros; else a mean is that of the image's cells in the window.

    Returns
    -------
    ndarray of shape (m, n_H, n_W, C)

    Raises
    ------
    TypeError, ValueError
        As for `max_pool2d`.

    Examples
    --------
    >>> avg_pool2d(np.full((1, 1, 2, 1), 6.0), (1, 2), strides=1, padding=(0, 1))[0, 0, :, 0]
    array([6., 6., 6.])
    >>> avg_pool2d(np.full((1, 1, 2, 1), 6.0), (1, 2), strides=1, padding=(0, 1), count_include_pad=True)[0, 0, :, 0]
    array([3., 6., 3.])
    """
    (x,) = floating(x=x)
    windows = _window(x.shape, pool_size, strides, padding, 1, ceil_mode)
    return choose(engine, x.size).avg_pool2d(x, windows, count_include_pad=count_include_pad)


def avg_pool2d_backward(
    grad: npt.ArrayLike,
    input_shape: Shape,
    pool_size: Pair,
    *,
    strides: Pair | None = None,
    padding: Padding = "valid",
    ceil_mode: bool = False,
    count_include_pad: bool = False,
    engine: str = "auto",
) -> FloatArray:
    """Return the gradient of the cost with respect to the input of `avg_pool2d`.

    Parameters
    ----------
    grad : array_like of shape (m, n_H, n_W, C)
        The gradient with respect to the output.
    input_shape : (m, H, W, C)
        The shape of the forward pass's `x`.
    pool_size, strides, padding, ceil_mode, count_include_pad, engine
        As for `avg_pool2d`.

    Returns
    -------
    ndarray of shape (m, H, W, C)

    Raises
    ------
    TypeError, ValueError
        As for `avg_pool2d`; also if `grad` has not the shape of the forward pass's output.

    Examples
    --------
    >>> avg_pool2d_backward(np.full((1, 1, 1, 1), 8.0), (1, 2, 2, 1), 2)[0, :, :, 0]
    array([[2., 2.],
           [2., 2.]])
    """
    (grad,) = floating(grad=grad)
    input_shape = lengths("input_shape", input_shape, "(m, H, W, C)")
    windows = _window(input_shape, pool_size, strides, padding, 1, ceil_mode)
    _check_output("grad", grad, (input_shape[0], *windows.output, input_shape[3]))
    return choose(engine, grad.size).avg_pool2d_backward(grad, windows, count_include_pad=count_include_pad)


def global_max_pool2d(x: npt.ArrayLike, *, engine: str = "auto") -> FloatArray:
    """Return the maximum of every channel of every image.

    Parameters
    ----------
    x : array_like of shape (m, H, W, C)
        The images, of at least one cell.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of shape (m, C)

    Raises
    ------
    TypeError, ValueError
        If `x` does not hold real numbers, has not four axes, or its images have no cells.

    Examples
    --------
    >>> global_max_pool2d(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[6., 7.]])
    """
    (x,) = floating(x=x)
    return choose(engine, x.size).max_pool2d(x, _whole(x.shape))[:, 0, 0]


def global_max_pool2d_backward(
    grad: npt.ArrayLike, x: npt.ArrayLike, y: npt.ArrayLike, *, ties: str = "first", engine: str = "auto"
) -> FloatArray:
    """Return the gradient of the cost with respect to the input of `global_max_pool2d`.

    Parameters
    ----------
    grad : array_like of shape (m, C)
        The gradient with respect to the output.
    x : array_like of shape (m, H, W, C)
        The input of the forward pass.
    y : array_like of shape (m, C)
        Its output.
    ties : {"first", "all"}
        Where the gradient goes when several cells of an image are its maximum.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of shape (m, H, W, C)

    Raises
    ------
    TypeError, ValueError
        As for `global_max_pool2d`; also if `grad` or `y` has not the output's shape, or `ties` is unknown.

    Examples
    --------
    >>> x = np.arange(4.0).reshape(1, 2, 2, 1)
    >>> global_max_pool2d_backward(np.array([[5.0]]), x, global_max_pool2d(x))[0, :, :, 0]
    array([[0., 0.],
           [0., 5.]])
    """
    grad, x, y = floating(grad=grad, x=x, y=y)
    windows = _whole(x.shape)
    for name, array in (("grad", grad), ("y", y)):
        _check_output(name, array, (len(x), x.shape[3]))
    return choose(engine, x.size).max_pool2d_backward(
        grad[:, None, None], x, y[:, None, None], windows, all_ties=_all(ties)
    )


def global_avg_pool2d(x: npt.ArrayLike, *, engine: str = "auto") -> FloatArray:
    """Return the mean of every channel of every image.

    Parameters
    ----------
    x : array_like of shape (m, H, W, C)
        The images, of at least one cell.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of shape (m, C)

    Raises
    ------
    TypeError, ValueError
        As for `global_max_pool2d`.

    Examples
    --------
    >>> global_avg_pool2d(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[3., 4.]])
    """
    (x,) = floating(x=x)
    return choose(engine, x.size).avg_pool2d(x, _whole(x.shape), count_include_pad=False)[:, 0, 0]


def global_avg_pool2d_backward(grad: npt.ArrayLike, input_shape: Shape, *, engine: str = "auto") -> FloatArray:
    """Return the gradient of the cost with respect to the input of `global_avg_pool2d`.

    Parameters
    ----------
    grad : array_like of shape (m, C)
        The gradient with respect to the output.
    input_shape : (m, H, W, C)
        The shape of the forward pass's `x`.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of shape (m, H, W, C)

    Raises
    ------
    TypeError, ValueError
        As for `global_avg_pool2d`; also if `grad` has not the shape of the forward pass's output.

    Examples
    --------
    >>> global_avg_pool2d_backward(np.array([[8.0]]), (1, 2, 2, 1))[0, :, :, 0]
    array([[2., 2.],
           [2., 2.]])
    """
    (grad,) = floating(grad=grad)
    input_shape = lengths("input_shape", input_shape, "(m, H, W, C)")
    windows = _whole(input_shape)
    _check_output("grad", grad, (input_shape[0], input_shape[3]))
    return choose(engine, grad.size).avg_pool2d_backward(grad[:, None, None], windows, count_include_pad=False)


def _window(
    shape: Shape, pool_size: Pair, strides: Pair | None, padding: Padding, dilation_rate: Pair, ceil_mode: bool
) -> Window:
    return _known_window(shape, pool_size, strides, padding, dilation_rate, int(bool(ceil_mode)))


@remembered
def _known_window(
    shape: Shape, pool_size: Pair, strides: Pair | None, padding: Padding, dilation_rate: Pair, ceil_mode: int
) -> Window:
    axes("x", shape, "(m, H, W, C)")
    return pool_window(
        (shape[1], shape[2]),
        pool_size,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        ceil_mode=bool(ceil_mode),
    )


@remembered
def _whole(shape: Shape) -> Window:
    axes("x", shape, "(m, H, W, C)")
    if shape[1] == 0 or shape[2] == 0:
        raise ValueError(f"images without cells have no maximum and no mean; got shape {shape}")
    return pool_window((shape[1], shape[2]), (shape[1], shape[2]))


def _check_output(name: str, array: FloatArray, output: Shape) -> None:
    if array.shape != output:
        raise ValueError(f"{name} must have the shape of the forward pass's output, {output}; got {array.shape}")


def _all(ties: str) -> bool:
    if not isinstance(ties, str) or ties not in ("first", "all"):
        raise ValueError(f'ties must be "first" or "all"; got {ties!r}')
    return ties == "all"
