"""Patches: the squares of pixels that Winograd's tiles look at, with zeros where they reach over the border."""

from __future__ import annotations

from typing import Any, NamedTuple

FIELDS = (
    "height",
    "width",
    "pixel",  # bytes
    "tile_rows",  # tiles of an image, along the height and the width
    "tile_columns",
    "step",  # pixels from tile to tile
    "top",  # pixels of padding before the image
    "left",
)
"""Fields of a record that describe where the patches lie."""


def fields(
    height: int, width: int, pixel: int, rows: int, columns: int, step: int, top: int, left: int
) -> dict[str, int]:
    """Return the fields of a record, but for the address."""
    return {
        "height": height,
        "width": width,
        "pixel": pixel,
        "tile_rows": rows,
        "tile_columns": columns,
        "step": step,
        "top": top,
        "left": left,
    }


class Shape(NamedTuple):
    """The images that patches are taken from: their address, their shape, and the padding before them."""

    source: Any
    height: Any
    width: Any
    pixel: Any
    top: Any
    left: Any


class Place:
    """Which tile of the batch is meant by a number: its image, and its first row and column there."""

    def __init__(self, r: Any, number: Any) -> None:
        in_image = r.tile_rows * r.tile_columns
        self.image = number // in_image
        self.row = number % in_image // r.tile_columns * r.step
        self.column = number % r.tile_columns * r.step


class Patch:
    """A square of pixels: in the image where it lies within, or else a copy with zeros around.

    Parameters
    ----------
    f : Function
    place : Place
        Where its tile is.
    shape : Shape
        The images.
    size : int
        Pixels along each side.
    scratch : Value
        Room for a copy.
    first, width : Value or int, optional
        Which bytes of a pixel are wanted; all if left out.
    """

    def __init__(
        self, f: Any, place: Place, shape: Shape, size: int, scratch: Any, first: Any = 0, width: Any = None
    ) -> None:
        width = shape.pixel if width is None else f.constant(width)
        top, left = place.row - shape.top, place.column - shape.left
        within = (top >= 0) & (left >= 0) & (top + size <= shape.height) & (left + size <= shape.width)
        pitch = shape.width * shape.pixel
        corner = shape.source + place.image * shape.height * pitch + top * pitch + left * shape.pixel + first
        self._base = f.select(within, corner, scratch)
        self._pitch = f.select(within, pitch, width * size)
        self._pixel = f.select(within, shape.pixel, width)
        with f.unless(within), f.loop(0, size) as i, f.loop(0, size) as j:
            row, column = top + i, left + j
            shown = (row >= 0) & (row < shape.height) & (column >= 0) & (column < shape.width)
            target = scratch + (i * size + j) * width
            with f.either(shown) as (inside, outside):
                with inside:
                    f.copy(corner + i * pitch + j * shape.pixel, target, width)
                with outside:
                    f.clear(target, width)

    def at(self, i: int, j: int) -> Any:
        """Return the address of a pixel."""
        return self._base + self._pitch * i + self._pixel * j
