"""Images as they might have been taken as well: flipped, shifted, cropped at random while a network learns.

Every image of a batch gets a draw of its own. Out of training the images pass unchanged (a crop takes their middle).
Each layer is a linear map, and its backward pass is exactly the adjoint, so it may stand anywhere in a network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Unpack

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray, Shape
from adim.configs import number
from adim.geometry import integer
from adim.layers.arguments import channels_last, generator, image
from adim.layers.base import Gradients, Layer, LayerArguments

_FLIPS = {"horizontal": (False, True), "vertical": (True, False), "horizontal_and_vertical": (True, True)}
_FILL_MODES = ("reflect", "wrap", "constant", "nearest")
_INTERPOLATIONS = ("bilinear", "nearest")


class _Flipped(NamedTuple):
    """Which images were turned upside down, and which left to right: (m,) booleans."""

    vertically: npt.NDArray[np.bool_]
    horizontally: npt.NDArray[np.bool_]


class RandomFlip(Layer):
    """Mirror half of the images.

    Parameters
    ----------
    mode : {"horizontal_and_vertical", "horizontal", "vertical"}
        "horizontal" exchanges left and right, "vertical" top and bottom; both are drawn apart.
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> x = np.array([1.0, 2.0]).reshape(1, 1, 2, 1)
    >>> y, _ = RandomFlip("horizontal").forward(x, training=True, rng=np.random.default_rng(3))
    >>> y.ravel()
    array([2., 1.])
    """

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        *,
        data_format: str | None = None,
        **common: Unpack[LayerArguments],
    ) -> None:
        super().__init__(**common)
        self.mode = _one_of("mode", mode, tuple(_FLIPS))
        self.data_format = channels_last(data_format)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the images' shape."""
        return image(input_shape)

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, _Flipped | None]:
        """Return the images, and which of them are mirrored; see `Layer.forward`."""
        if not training:
            return x, None
        coins = generator(rng).random((2, len(x))) < 0.5
        coins &= np.array(_FLIPS[self.mode])[:, np.newaxis]
        flipped = _Flipped(*coins)
        return _flip(x, flipped), flipped

    def backward(
        self, grad: FloatArray, cache: _Flipped | None, *, input_gradient: bool = True
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradient at the input, mirrored back; see `Layer.backward`."""
        if not input_gradient or cache is None:
            return grad, {}
        return _flip(grad, cache), {}


class RandomTranslation(Layer):
    """Shift every image by a random part of its size.

    Parameters
    ----------
    height_factor, width_factor : float or (float, float)
        The range of the shift downwards and to the right, as parts of the height and the width from -1 to 1;
        0.1 means (-0.1, 0.1).
    fill_mode : {"reflect", "wrap", "constant", "nearest"}
        What comes in at the sides: the image mirrored, the image again, `fill_value`, or its outermost pixel.
    interpolation : {"bilinear", "nearest"}
        What a shift by a broken number of pixels makes: means of neighbours, or the nearest pixel.
    fill_value : float, default 0
        What comes in with ``fill_mode="constant"``.
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> down = RandomTranslation((0.5, 0.5), 0.0, fill_mode="constant")
    >>> y, _ = down.forward(np.ones((1, 2, 3, 1)), training=True, rng=np.random.default_rng(0))
    >>> y[0, :, :, 0]
    array([[0., 0., 0.],
           [1., 1., 1.]])
    """

    def __init__(
        self,
        height_factor: float | Sequence[float],
        width_factor: float | Sequence[float],
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        *,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **common: Unpack[LayerArguments],
    ) -> None:
        super().__init__(**common)
        self.height_factor = _range("height_factor", height_factor)
        self.width_factor = _range("width_factor", width_factor)
        self.fill_mode = _one_of("fill_mode", fill_mode, _FILL_MODES)
        self.interpolation = _one_of("interpolation", interpolation, _INTERPOLATIONS)
        self.fill_value = number("fill_value", fill_value)
        self.data_format = channels_last(data_format)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the images' shape."""
        return image(input_shape)

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, FloatArray | None]:
        """Return the images, and each one's two shifts in pixels; see `Layer.forward`."""
        if not training:
            return x, None
        lowest, highest = np.transpose([self.height_factor, self.width_factor])
        shifts = generator(rng).uniform(lowest, highest, (len(x), 2)) * x.shape[1:3]
        down, right = self._maps(shifts, x)
        y = _along_width(right, _along_height(down, x))
        if self.fill_mode == "constant" and self.fill_value:
            # What the image does not give, the fill value does: (m, n_H, 1) and (m, 1, n_W) are the image's shares.
            share = down.sum(axis=2)[:, :, np.newaxis] * right.sum(axis=2)[:, np.newaxis]
            y += (self.fill_value * (1 - share))[..., np.newaxis]
        return y, shifts

    def backward(
        self, grad: FloatArray, cache: FloatArray | None, *, input_gradient: bool = True
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradient at the input, spread back; see `Layer.backward`."""
        if not input_gradient or cache is None:
            return grad, {}
        up, left = (shift.transpose(0, 2, 1) for shift in self._maps(cache, grad))
        return _along_height(up, _along_width(left, grad)), {}

    def _maps(self, shifts: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the shifts as matrices: (m, n_H, n_H) and (m, n_W, n_W)."""
        down, right = (
            _shift(shifts[:, axis], x.shape[1 + axis], self.fill_mode, self.interpolation).astype(x.dtype)
            for axis in (0, 1)
        )
        return down, right


class _Cropped(NamedTuple):
    """Where in images of this shape the crops lie: (m,) rows and columns."""

    shape: Shape
    tops: npt.NDArray[np.intp]
    lefts: npt.NDArray[np.intp]


class RandomCrop(Layer):
    """Cut a window out of every image: anywhere while training, in the middle otherwise.

    Parameters
    ----------
    height, width : int
        The window.
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> RandomCrop(2, 1).forward(np.arange(12.0).reshape(1, 4, 3, 1))[0].ravel()
    array([4., 7.])
    """

    def __init__(
        self, height: int, width: int, *, data_format: str | None = None, **common: Unpack[LayerArguments]
    ) -> None:
        super().__init__(**common)
        self.height = integer("height", height, at_least=1)
        self.width = integer("width", width, at_least=1)
        self.data_format = channels_last(data_format)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return ``(height, width, n_C)``."""
        n_H, n_W, n_C = image(input_shape)
        if self.height > n_H or self.width > n_W:
            raise ValueError(
                f"a crop of {self.height} x {self.width} does not fit into an image of shape {input_shape}: "
                f"crop less, or put a ZeroPadding2D layer before"
            )
        return self.height, self.width, n_C

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, _Cropped]:
        """Return the crops, and where they lie; see `Layer.forward`."""
        m, n_H, n_W, n_C = x.shape
        spare = n_H - self.height, n_W - self.width
        if training:
            tops, lefts = (generator(rng).integers(0, cells + 1, m) for cells in spare)
        else:
            tops, lefts = (np.full(m, cells // 2) for cells in spare)
        cropped = _Cropped(x.shape, tops, lefts)
        y = np.empty((m, self.height, self.width, n_C), x.dtype)
        for crop, part in zip(y, self._parts(x, cropped), strict=True):
            crop[...] = part
        return y, cropped

    def backward(
        self, grad: FloatArray, cache: _Cropped, *, input_gradient: bool = True
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradient at the input, 0 outside the crops; see `Layer.backward`."""
        if not input_gradient:
            return None, {}
        dx = np.zeros(cache.shape, grad.dtype)
        for part, crop in zip(self._parts(dx, cache), grad, strict=True):
            part[...] = crop
        return dx, {}

    def _parts(self, images: FloatArray, cropped: _Cropped) -> Iterator[FloatArray]:
        """Yield a view of the window in every image."""
        for one, top, left in zip(images, cropped.tops, cropped.lefts, strict=True):
            yield one[top : top + self.height, left : left + self.width]


def _flip(x: FloatArray, flipped: _Flipped) -> FloatArray:
    """Mirror some images: done twice, nothing has changed, so it is its own adjoint."""
    y = x.copy()
    y[flipped.vertically] = y[flipped.vertically, ::-1]
    y[flipped.horizontally] = y[flipped.horizontally, :, ::-1]
    return y


def _shift(shifts: FloatArray, n: int, fill_mode: str, interpolation: str) -> FloatArray:
    """Return a matrix (n, n) for each shift: row i says of which cells the shifted axis' cell i is made."""
    sources = np.arange(n) - shifts[:, np.newaxis]  # (m, n)
    if interpolation == "nearest":
        sources = np.round(sources)
    first = np.floor(sources).astype(np.intp)
    beyond = sources - first  # how far past the first cell, which is the share of the second
    matrices = np.zeros((len(shifts), n, n))
    one, row = np.ogrid[: len(shifts), :n]
    for cell, share in ((first, 1 - beyond), (first + 1, beyond)):
        if fill_mode == "constant":
            share = share * ((cell >= 0) & (cell < n))
        matrices[one, row, _filled(cell, n, fill_mode)] += share
    return matrices


def _filled(cell: npt.NDArray[np.intp], n: int, fill_mode: str) -> npt.NDArray[np.intp]:
    """Return which of the cells 0 to n - 1 stands at a place that may lie outside them."""
    if fill_mode == "wrap":
        return cell % n
    if fill_mode == "reflect":  # d c b a | a b c d | d c b a
        cell = cell % (2 * n)
        return np.minimum(cell, 2 * n - 1 - cell)
    return np.clip(cell, 0, n - 1)


def _along_height(matrices: FloatArray, x: FloatArray) -> FloatArray:
    """(m, n_H, n_H) times the columns of (m, n_H, n_W, n_C)."""
    m, n_H, n_W, n_C = x.shape
    product: FloatArray = matrices @ x.reshape(m, n_H, n_W * n_C)
    return product.reshape(x.shape)


def _along_width(matrices: FloatArray, x: FloatArray) -> FloatArray:
    """(m, n_W, n_W) times the rows of (m, n_H, n_W, n_C)."""
    return _along_height(matrices, x.transpose(0, 2, 1, 3)).transpose(0, 2, 1, 3)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}; got {value!r:.80}")
    return value


def _range(name: str, factor: float | Sequence[float]) -> tuple[float, float]:
    """Return a factor as its lowest and its highest value."""
    if not isinstance(factor, (tuple, list)):
        factor = abs(number(name, factor))
        factor = (-factor, factor)
    if len(factor) != 2:
        raise ValueError(f"{name} must be one number, or (lowest, highest); got {factor!r:.80}")
    lowest, highest = (number(name, part) for part in factor)
    if not -1 <= lowest <= highest <= 1:
        raise ValueError(f"{name} must go from a lowest to a highest part of the image, -1 to 1; got {factor!r:.80}")
    return lowest, highest
