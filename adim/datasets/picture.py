"""One picture file, whatever its format and mode, as an array of pixels from 0 to 255."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from adim.datasets.parts import PathLike, decoding, existing_file

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pbm", ".pgm", ".ppm")
"""Which files are taken for pictures. Their content decides how they are read."""

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
_GREY_MODES = ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "I;16N")
_ORIENTATION = 0x0112  # the EXIF tag; its values 5 to 8 exchange height and width


class Header(NamedTuple):
    """What a picture file says about itself: its height and width when upright, and whether it lacks colours."""

    size: tuple[int, int]
    grey: bool


def read_image(
    path: PathLike, size: tuple[int, int] | None = None, channels: int | None = None
) -> npt.NDArray[np.uint8]:
    """Read one picture file.

    Parameters
    ----------
    path : path-like
        A PNG, JPEG, BMP, GIF, TIFF, WebP or PPM file. Of several frames the first is taken.
    size : tuple of int, optional
        Height and width to bring the picture to, by area-aware bilinear resampling; the aspect ratio is not kept, as
        in Keras's ``load_img``. Left out, the picture stays as large as it is.
    channels : {1, 3}, optional
        Grey or RGB. Left out, a picture without colours is grey.

    Returns
    -------
    ndarray of uint8
        Of shape (n_H, n_W, channels), 0 for black and 255 for white: turned as its EXIF orientation says, transparent
        parts over white, 16-bit grey divided by 257, 1-bit as 0 and 255, CMYK and the rest as RGB.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If it cannot be read as a picture, or is so large that it could be a decompression bomb (Pillow's limit of
        89 million pixels); the message names it.

    Examples
    --------
    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Image.new("RGB", (40, 30), "red").save(f"{folder}/red.png")
    ...     pixels = read_image(f"{folder}/red.png", size=(8, 8))
    >>> pixels.shape, pixels[0, 0]
    ((8, 8, 3), array([255,   0,   0], dtype=uint8))
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - heavy, only when needed

    check_form(size, channels)
    with _opened(path) as picture:
        grey = picture.mode in _GREY_MODES if channels is None else channels == 1
        if size is not None:  # let a JPEG be decoded at a fraction of its size, still at least twice what is wanted
            picture.draft(None, (2 * max(size), 2 * max(size)))
        upright = ImageOps.exif_transpose(picture)
        flat = _flattened(upright).convert("L" if grey else "RGB")
        if size is not None:
            flat = flat.resize((size[1], size[0]), Image.Resampling.BILINEAR)
        pixels = np.array(flat)
    return pixels[..., np.newaxis] if grey else pixels


def read_header(path: PathLike) -> Header:
    """Return the size and kind of a picture without decoding its pixels."""
    with _opened(path) as picture:
        # Of a TIFF, Pillow gives the upright size by itself. A PNG it would decode to the end, in search of late EXIF.
        look = "exif" in picture.info if picture.format == "PNG" else picture.format != "TIFF"
        turned = look and picture.getexif().get(_ORIENTATION) in (5, 6, 7, 8)
        size = picture.size if turned else picture.size[::-1]
        return Header(size, picture.mode in _GREY_MODES)


def check_form(size: tuple[int, int] | None, channels: int | None) -> None:
    """Refuse a size or a number of channels that no picture can be brought to."""
    if size is not None and not (
        isinstance(size, Sequence) and len(size) == 2 and all(isinstance(n, int | np.integer) and n > 0 for n in size)
    ):
        raise ValueError(f"size must be (height, width), two whole numbers from 1; got {size!r}")
    if channels not in (None, 1, 3):
        raise ValueError(f"channels must be 1 (grey) or 3 (RGB); got {channels!r}")


@contextmanager
def _opened(path: PathLike) -> Iterator[Image]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - heavy, only when needed

    file = existing_file(path)
    with decoding(file, "a picture"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks on odd metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        # A stream, not a path: Pillow maps a path's uncompressed TIFF into memory, and then garbles a turned one.
        with file.open("rb") as stream:
            try:
                picture = Image.open(stream, formats=_FORMATS)
            except UnidentifiedImageError as error:
                raise ValueError(f"it is none of {', '.join(_FORMATS)}") from error
            with picture:
                yield picture


def _flattened(picture: Image) -> Image:
    """Return the picture with 8 bits a channel and without transparency."""
    from PIL import Image  # noqa: PLC0415 - heavy, only when needed

    if picture.mode.startswith("I"):  # Pillow's own conversion would clip at 255
        values = np.asarray(picture)
        if values.min() < 0 or values.max() > 65535:
            raise ValueError(f"its values, {values.min()} to {values.max()}, exceed 16 bits")
        return Image.fromarray(np.rint(values / 257).astype(np.uint8))
    if picture.mode == "F":
        raise ValueError("its pixels are floating-point numbers, whose black and white are not known")
    if picture.has_transparency_data:
        visible = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", visible.size, "white"), visible)
    return picture
