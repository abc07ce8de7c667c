"""What every reader of files does the same way: find the file, doubt it, and make a data set of what it held.

A header is a claim. A file of 100 bytes may say that it holds a million images, so no reader makes room for what a
header says before the file's own size bears it out.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from adim.arrays import Shape
from adim.datasets.images import Dataset, Images

PathLike = str | os.PathLike[str]

DEFLATE_RATIO = 1032
"""No byte of a deflate stream (gzip, zip, HDF5's gzip filter) unpacks to more than this many."""


class Part(NamedTuple):
    """Images and labels as a file holds them, and what messages call them."""

    images: npt.ArrayLike
    labels: npt.ArrayLike
    called: tuple[str, str]


def existing(path: PathLike) -> Path:
    """Return the path of a file or folder that is there; `~` is the home folder."""
    try:
        found = Path(path).expanduser()
        found.stat()
    except (OSError, RuntimeError, ValueError) as error:  # not there, no such home, a name the system refuses
        raise FileNotFoundError(f"there is no file or folder {path}") from error
    return found


def existing_file(path: PathLike) -> Path:
    """Return the path of a file that is there; a pipe or a device is none."""
    file = existing(path)
    if not file.is_file():
        raise ValueError(f"{file} is not a file")
    return file


@contextmanager
def decoding(file: Path, kind: str) -> Iterator[None]:
    """Name the file in whatever its decoder raises."""
    try:
        yield
    except Exception as error:
        # Fed with a damaged file, decoders raise nearly anything: EOFError, KeyError, struct.error, zlib.error...
        reason = str(error) or type(error).__name__
        raise ValueError(f"{file} cannot be read as {kind}: {reason}") from error


def check_claim(file: Path, what: str, shape: Shape, dtype: np.dtype[np.generic]) -> None:
    """Refuse an array that the file is too small to hold, even compressed."""
    claimed = math.prod(shape) * dtype.itemsize
    size = file.stat().st_size
    if claimed > DEFLATE_RATIO * size:
        raise ValueError(
            f"{what} claims shape {shape} of {dtype}, {claimed} bytes, which a file of {size} bytes cannot hold; "
            f"it may be damaged or cut off"
        )


def assemble(
    name: str,
    train: Part,
    test: Part | None,
    class_names: Sequence[str] = (),
    *,
    notes: Sequence[str] = (),
    test_fraction: float,
    seed: int,
) -> Dataset:
    """Make a data set of a file's parts; without a test part, split one off.

    Floating pixels that all lie between 0 and 1 are taken for fractions of white and multiplied by 255.
    """
    notes = list(notes)
    parts = [train] if test is None else [train, test]
    if all(_are_fractions(part.images) for part in parts):
        parts = [part._replace(images=np.multiply(part.images, np.float32(255))) for part in parts]
        notes.append("the pixels, fractions between 0 and 1, were multiplied by 255")
    whole = Images(parts[0].images, parts[0].labels, class_names, called=parts[0].called)
    if test is None:
        return split_off_test(name, whole, notes, test_fraction, seed)
    rest = Images(parts[1].images, parts[1].labels, whole.class_names, called=parts[1].called)
    return Dataset(name, whole, rest, tuple(notes))


def split_off_test(name: str, whole: Images, notes: Sequence[str], fraction: float, seed: int) -> Dataset:
    """Make a data set of images that came without a test part."""
    train, test = whole.split(fraction, seed=seed)
    note = (
        f"there was no test part: {len(test)} of {len(whole)} images, drawn from every class with seed {seed}, "
        f"were set aside for testing"
    )
    return Dataset(name, train, test, (*notes, note))


def _are_fractions(images: npt.ArrayLike) -> bool:
    array = np.asarray(images)
    return array.dtype.kind == "f" and array.size > 0 and bool(array.min() >= 0 and array.max() <= 1)
