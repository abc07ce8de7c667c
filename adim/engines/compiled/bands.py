"""Bands: some rows of some images, copied beside each other with their padding, so that a tile can walk over them.

A band is small enough to stay in a core's cache. The copy costs little beside the arithmetic, gives every window its
zeros, and brings rows together that lie far apart in memory. Where nothing is padded, no copy is made: a band is then
the image itself. The exception are pixels whose distance is a multiple of half a page: a cache would keep all of them
in the same few places, so they are copied a little farther apart.
"""

from __future__ import annotations

from typing import Any

from adim.engines.compiled.memory import LINE, whole_lines
from adim.engines.compiled.phases import Phase

FIELDS = (
    "images",  # in the batch
    "images_per_band",
    "bands_per_image",  # 1 where a band has several images
    "rows",  # windows along the height
    "rows_per_band",
    "row_stride",  # rows of the image from window to window
    "image_pitch",  # bytes from image to image
    "source_pitch",  # and from row to row
    "height",  # rows of an image
    "top",  # rows of padding; negative where windows leave out the first rows
    "copies",  # whether bands are copied; if not, `origin` bytes lead from an image to its first window
    "origin",
    "scratch_size",  # of each thread
    "copy_rows",  # rows of a whole band
    "copy_pitch",  # bytes of its rows
    "copy_row_step",  # from a row that is looked at to the next
    "zero_left",  # bytes of a row that are padding, that are copied after so many bytes are skipped, and padding again
    "skip",
    "copied",
    "zero_right",
    "pixels",  # if not 0: how many are copied one by one, how many bytes each, from where to where
    "pixel",
    "pixel_step",
    "pixel_target_step",
)
"""Fields of a record that describe where bands lie."""


_CROWDED = 2048  # bytes from pixel to pixel, multiples of which a cache keeps in a few places


class Bands:
    """How images are parted into bands.

    Parameters
    ----------
    images, height, width : int
        The batch.
    pixel : int
        Bytes of a pixel.
    rows, columns : Phase
        Which windows look at it; see `Phase`.
    most : int
        Bytes that a band may have,
    windows : (int, int)
        if it has as many windows as the first number; and how many it may have.
    """

    def __init__(
        self,
        images: int,
        height: int,
        width: int,
        pixel: int,
        rows: Phase,
        columns: Phase,
        *,
        most: int,
        windows: tuple[int, int],
    ) -> None:
        self.images, self.height, self.width, self.pixel, self.rows = images, height, width, pixel, rows
        self.columns = columns
        row_offsets = [offset for _, offset in rows.taps] or [0]
        column_offsets = [offset for _, offset in columns.taps] or [0]
        self.span = row_offsets[-1] - row_offsets[0] + 1  # rows of one window
        last_row = (rows.output - 1) * rows.stride + row_offsets[-1]
        last_column = (columns.output - 1) * columns.stride + column_offsets[-1]
        self.top, self.left = -row_offsets[0], -column_offsets[0]
        self.cells = last_column + 1 + self.left  # in a row of a band
        self.copies = self.top > 0 or self.left > 0 or last_row >= height or last_column >= width
        crowded = pixel * columns.stride % _CROWDED == 0 and self.cells > 4
        self.pixel_pitch = pixel + LINE * crowded
        self.copies |= crowded
        self.row_pitch = self.cells * self.pixel_pitch if self.copies else width * pixel
        self.rows_per_band, self.images_per_band = rows.output, 1
        least, limit = (-(-count // columns.output) for count in windows)  # in rows
        while self.rows_per_band > limit or (self._bytes > most and self.rows_per_band > least):
            self.rows_per_band = -(-self.rows_per_band // 2)
        if self.rows_per_band == rows.output:
            fitting = max(most // max(self._bytes, 1), least // rows.output)
            self.images_per_band = max(1, min(images, fitting, limit // rows.output))
        self._even()

    @property
    def _bytes(self) -> int:
        return self._copy_rows * self.row_pitch

    @property
    def _copy_rows(self) -> int:
        return (self.rows_per_band - 1) * self.rows.stride + self.span

    def row_offsets(self) -> list[int]:
        """Return how many bytes lead from a band's first window to that of each of its rows, image after image."""
        image = self._copy_rows * self.row_pitch if self.copies else self.height * self.row_pitch
        row = self.rows.stride * self.row_pitch
        return [i * image + h * row for i in range(self.images_per_band) for h in range(self.rows_per_band)]

    @property
    def bands_per_image(self) -> int:
        """Into how many bands an image is parted."""
        return -(-self.rows.output // self.rows_per_band)

    @property
    def bands(self) -> int:
        """How many bands there are."""
        return -(-self.images // self.images_per_band) * self.bands_per_image

    def rests(self, count: int) -> set[int]:
        """Return how many rows may be left over in a band that is walked through by so many rows."""
        last = self.rows.output - (self.bands_per_image - 1) * self.rows_per_band
        whole = {0} if max(last, self.rows_per_band) >= count else set()
        return whole | {last % count, self.rows_per_band % count}

    def split(self, least: int) -> None:
        """Make bands smaller until there are so many, if there can be."""
        while self.bands < least and self.images_per_band > 1:
            self.images_per_band = -(-self.images_per_band // 2)
        while self.bands < least and self.rows_per_band > 1:
            self.rows_per_band = -(-self.rows_per_band // 2)
        self._even()

    def _even(self) -> None:
        """Give all bands about the same size."""
        self.images_per_band = -(-self.images // -(-self.images // self.images_per_band))
        self.rows_per_band = -(-self.rows.output // self.bands_per_image)

    def fields(self) -> dict[str, int]:
        """Return the fields of a record, but for addresses."""
        skipped = min(max(-self.left, 0), self.width)  # windows may also lie beside the image, in its padding
        left = min(max(self.left, 0), self.cells)
        copied = min(self.width - skipped, self.cells - left)
        one_by_one = self.pixel_pitch != self.pixel
        step = self.columns.stride if len(self.columns.taps) == 1 and one_by_one and left == 0 else 1
        size = self.images_per_band * self._copy_rows * self.row_pitch if self.copies else 0
        return {
            "images": self.images,
            "images_per_band": self.images_per_band,
            "bands_per_image": self.bands_per_image,
            "rows": self.rows.output,
            "rows_per_band": self.rows_per_band,
            "row_stride": self.rows.stride,
            "image_pitch": self.height * self.width * self.pixel,
            "source_pitch": self.width * self.pixel,
            "height": self.height,
            "top": self.top,
            "copies": int(self.copies),
            "origin": -(self.top * self.width + self.left) * self.pixel,
            "scratch_size": whole_lines(size),
            "copy_rows": self._copy_rows,
            "copy_pitch": self.row_pitch,
            "copy_row_step": self.rows.stride if self.span == 1 else 1,
            "zero_left": left * self.pixel_pitch,
            "skip": skipped * self.pixel,
            "copied": copied * self.pixel_pitch,
            "zero_right": (self.cells - left - copied) * self.pixel_pitch,
            "pixels": -(-copied // step) if one_by_one else 0,
            "pixel": self.pixel,
            "pixel_step": step * self.pixel,
            "pixel_target_step": step * self.pixel_pitch,
        }


class Band:
    """A band, as compiled code sees it.

    Parameters
    ----------
    f : Function
    r : object
        The record.
    number : Value
        Which band.
    source, scratch : Value
        Where the images are, and where there is room for a copy.

    Attributes
    ----------
    first_image, images, first_row, rows : Value
        Which images, and which rows of windows.
    base : Value
        The address of its first window.
    image_pitch, row_pitch : Value
        Bytes from image to image, and from one row of pixels to the next.
    """

    def __init__(self, f: Any, r: Any, number: Any, source: Any, scratch: Any) -> None:
        self._f, self._r, self._source, self._scratch = f, r, source, scratch
        self.first_image = number // r.bands_per_image * r.images_per_band
        self.images = f.smaller(r.images_per_band, r.images - self.first_image)
        self.first_row = number % r.bands_per_image * r.rows_per_band
        self.rows = f.smaller(r.rows_per_band, r.rows - self.first_row)
        direct = source + r.origin + self.first_image * r.image_pitch + self.first_row * r.row_stride * r.source_pitch
        copies = r.copies.differs(0)
        self.base = f.select(copies, scratch, direct)
        self.image_pitch = f.select(copies, r.copy_rows * r.copy_pitch, r.image_pitch)
        self.row_pitch = f.select(copies, r.copy_pitch, r.source_pitch)
        with f.when(copies):
            self._copy()

    def _copy(self) -> None:
        f, r = self._f, self._r
        first = self.first_row * r.row_stride - r.top  # row of the image that the band's first row shows
        needed = r.copy_rows - (r.rows_per_band - self.rows) * r.row_stride
        with f.loop(0, self.images) as image, f.loop(0, needed, r.copy_row_step) as row:
            target = self._scratch + (image * r.copy_rows + row) * r.copy_pitch
            source_row = first + row
            with f.either((source_row >= 0) & (source_row < r.height)) as (inside, outside):
                with inside:
                    source = (
                        self._source + (self.first_image + image) * r.image_pitch + source_row * r.source_pitch + r.skip
                    )
                    with f.when(r.zero_left > 0):
                        f.clear(target, r.zero_left)
                    with f.either(r.pixels.equals(0)) as (together, apart):
                        with together:
                            f.copy(source, target + r.zero_left, r.copied)
                        with apart, f.loop(0, r.pixels) as number:
                            place = target + r.zero_left + number * r.pixel_target_step
                            f.copy(source + number * r.pixel_step, place, r.pixel)
                    with f.when(r.zero_right > 0):
                        f.clear(target + r.zero_left + r.copied, r.zero_right)
                with outside:
                    f.clear(target, r.copy_pitch)
