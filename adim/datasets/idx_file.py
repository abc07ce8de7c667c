"""IDX, the format of MNIST and its kin: a small header, then the bytes of one array; often gzipped.

The header is two zero bytes, one that names the type, one that counts the axes, and the length of each axis in four
bytes; everything is big-endian (http://yann.lecun.com/exdb/mnist/).
"""

from __future__ import annotations

import gzip
import math
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from adim.datasets.images import Dataset
from adim.datasets.parts import Part, PathLike, assemble, check_claim, decoding, existing, existing_file

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_FILE_NAME = re.compile(r"(?P<part>train|t10k|test).*(?P<what>images|labels)[-.]idx\d-ubyte(\.gz)?$")


def idx(*paths: PathLike, test_fraction: float = 0.2, seed: int = 0) -> Dataset:
    """Read MNIST's files, or others in its format; gzipped ones, too.

    Parameters
    ----------
    *paths : path-like
        One folder with files named as MNIST names them (``train-images-idx3-ubyte.gz``, ``train-labels-idx1-ubyte.gz``,
        ``t10k-images-idx3-ubyte.gz``, ``t10k-labels-idx1-ubyte.gz``); or two files, images and labels; or four:
        training images, training labels, test images, test labels.
    test_fraction : float, default 0.2
        How much of the images is set aside for testing where there is no test part.
    seed : int, default 0
        The seed of that split; see `Images.split`.

    Returns
    -------
    Dataset
        Named after the folder that the first file is in. The classes are called by their numbers.

    Raises
    ------
    FileNotFoundError
        If a file is not there.
    ValueError
        If a file is not IDX, is damaged or cut off, or does not hold what its place asks for; the message names it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     images, labels = Path(folder, "images"), Path(folder, "labels")
    ...     _ = images.write_bytes(bytes([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2]) + bytes(4 * 2 * 2))
    ...     _ = labels.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 4]) + bytes([0, 1, 0, 1]))
    ...     idx(images, labels, test_fraction=0.5).train
    <Images: 2 of 2x2x1 uint8, 2 classes>
    """
    if len(paths) == 1:
        files = _find(existing(paths[0]))
    elif len(paths) in (2, 4):
        files = [existing_file(path) for path in paths]
    else:
        raise ValueError(f"idx takes a folder, or 2 files, or 4 files; got {len(paths)} paths")
    parts = [
        Part(_read(images), _read(labels), (str(images), str(labels)))
        for images, labels in zip(files[::2], files[1::2], strict=True)
    ]
    test = parts[1] if len(parts) == 2 else None
    return assemble(files[0].resolve().parent.name, parts[0], test, test_fraction=test_fraction, seed=seed)


def holds_idx(folder: Path) -> bool:
    """Return whether a folder has files that are named as MNIST's."""
    return bool(_idx_files(folder))


def _idx_files(folder: Path) -> list[tuple[Path, re.Match[str]]]:
    """Return the files whose names are as MNIST's, and what their names say."""
    with decoding(folder, "a folder"):
        files = sorted(file for file in folder.iterdir() if file.is_file())
    return [(file, match) for file in files if (match := _FILE_NAME.search(file.name))]


def _find(folder: Path) -> list[Path]:
    """Return the folder's files as `idx` takes them."""
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder. Give a folder, or the images and the labels: idx(images, labels)")
    found: dict[tuple[str, str], Path] = {}
    for file, match in _idx_files(folder):
        place = ("train" if match["part"] == "train" else "test", match["what"])
        if place in found and found[place].name.removesuffix(".gz") != file.name.removesuffix(".gz"):
            raise ValueError(
                f"{folder} has several files of {place[0]} {place[1]}: {found[place].name} and {file.name}; "
                f"say which ones to read: idx(images, labels, test_images, test_labels)"
            )
        found.setdefault(place, file)  # of a file and its gzipped twin, the file
    parts = ["train", "test"] if any(part == "test" for part, _ in found) else ["train"]
    for part in parts:
        for what in ("images", "labels"):
            if (part, what) not in found:
                example = f"{'train' if part == 'train' else 't10k'}-{what}-idx{3 if what == 'images' else 1}-ubyte"
                raise ValueError(
                    f"{folder} has no file of {part} {what}; expected a name like {example} or {example}.gz"
                )
    return [found[part, what] for part in parts for what in ("images", "labels")]


def _read(file: Path) -> npt.NDArray[Any]:
    """Return the array that an IDX file holds."""
    with decoding(file, "an IDX file"), file.open("rb") as raw:
        gzipped = raw.read(2) == b"\x1f\x8b"
    kind = "a gzipped IDX file" if gzipped else "an IDX file"
    with gzip.open(file) if gzipped else file.open("rb") as stream:
        with decoding(file, kind):
            magic = stream.read(4)
        if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES or magic[3] == 0:
            raise ValueError(
                f"{file} is not an IDX file: it starts with the bytes {magic.hex(' ') or '(none)'}, not with 00 00, "
                f"a type (08 for bytes) and a number of axes"
            )
        with decoding(file, kind):
            shape = struct.unpack(f">{magic[3]}I", stream.read(4 * magic[3]))
        dtype = np.dtype(_TYPES[magic[2]])
        check_claim(file, str(file), shape, dtype)
        size = math.prod(shape) * dtype.itemsize
        with decoding(file, kind):
            content = stream.read(size + 1)
    if len(content) != size:
        came = f"only {len(content)}" if len(content) < size else "more"
        raise ValueError(f"{file} claims shape {shape} of {dtype.name}, {size} bytes, but {came} follow")
    return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="))
