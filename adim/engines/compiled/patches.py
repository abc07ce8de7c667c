"""Patches: the squares of pixels that Winograd's tiles look at, each with its zeros where it reaches over the border."""

from __future__ import annotations

from typing import Any

FIELDS = (
    "source",  # the images' address
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
    images: int, height: int, width: int, pixel: int, rows: int, columns: int, step: int, top: int, left: int
) -> dict[str, int]:
    """Return the fields of a record, but for the address."""
    del images
    return {
        "source": 0,
        "height": height,
        "width": width,
        "pixel": pixel,
        "tile_rows": rows,
        "tile_columns": columns,
        "step": step,
        "top": top,
        "left": left,
    }


class Place:
    """Which tile of the batch is meant by a number: its image, and its row and column there."""

    def __init__(self, f: Any, r: Any, number: Any) -> None:
        in_image = r.tile_rows * r.tile_columns
        self.image = number // in_image
        self.row = number % in_image // r.tile_columns
        self.column = number % r.tile_columns
        del f


class Patch:
    """A square of pixels: in the image where it lies within, or else a copy with zeros around.

    Parameters
    ----------
    f : Function
    r : object
        The record.
    number : Value
        Which tile.
    size : int
        Pixels along each side.
    scratch : Value
        Room for a copy.
    """

    def __init__(self, f: Any, r: Any, number: Any, size: int, scratch: Any) -> None:
        place = Place(f, r, number)
        top, left = place.row * r.step - r.top, place.column * r.step - r.left
        within = (top >= 0) & (left >= 0) & (top + size <= r.height) & (left + size <= r.width)
        image = r.source + place.image * r.height * r.width * r.pixel
        pitch = r.width * r.pixel
        self._base = f.select(within, image + top * pitch + left * r.pixel, scratch)
        self._pitch = f.select(within, pitch, r.pixel * size)
        self._pixel = r.pixel
        with f.when(f.select(within, 0, 1).equals(1)), f.loop(0, size) as i:
            row, target = top + i, scratch + i * size * r.pixel
            before, after = f.larger(0, 0 - left), f.larger(0, left + size - r.width)  # pixels beyond the border
            shown = size - before - after
            with f.either((row >= 0) & (row < r.height) & (shown > 0)) as (inside, outside):
                with inside:
                    f.clear(target, before * r.pixel)
                    f.copy(image + row * pitch + (left + before) * r.pixel, target + before * r.pixel, shown * r.pixel)
                    f.clear(target + (before + shown) * r.pixel, after * r.pixel)
                with outside:
                    f.clear(target, r.pixel * size)

    def at(self, i: int, j: int) -> Any:
        """Return the address of a pixel."""
        return self._base + self._pitch * i + self._pixel * j
