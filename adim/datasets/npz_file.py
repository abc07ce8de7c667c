"""NumPy's archives, with the keys of Keras's ``mnist.npz``: x_train, y_train, x_test, y_test; or one part: x, y."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from adim.datasets.images import Dataset
from adim.datasets.parts import Part, PathLike, assemble, check_claim, decoding, existing_file

_KIND = "an .npz archive"
_TRAIN = (("x_train", "y_train"), ("x", "y"), ("images", "labels"))
_TEST = ("x_test", "y_test")
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def npz(path: PathLike, *, test_fraction: float = 0.2, seed: int = 0) -> Dataset:
    """Read images and labels from a NumPy archive. Pickled objects are never read.

    Parameters
    ----------
    path : path-like
        The archive, with the keys ``x_train``, ``y_train``, ``x_test``, ``y_test``; without a test part also ``x``
        and ``y``, or ``images`` and ``labels``. A key ``class_names``, an array of text, may name the classes.
    test_fraction : float, default 0.2
        How much of the images is set aside for testing where there is no test part.
    seed : int, default 0
        The seed of that split; see `Images.split`.

    Returns
    -------
    Dataset
        Named after the file.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If the file is no archive, is damaged, lacks a key, or holds no images and labels under its keys. The message
        names the file and the key.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(f"{folder}/dice.npz", x=np.zeros((30, 8, 8), np.uint8), y=np.arange(30) % 6)
    ...     data = npz(f"{folder}/dice.npz")
    >>> data, data.notes
    (<Dataset dice: 24 + 6 images of 8x8x1, 6 classes>, ('there was no test part: 6 of 30 images, drawn from every
    class with seed 0, were set aside for testing',))
    """
    file = existing_file(path)
    with decoding(file, _KIND):
        archive = zipfile.ZipFile(file)
    with archive:
        keys = [name.removesuffix(".npy") for name in archive.namelist()]
        x, y = next((pair for pair in _TRAIN if not set(pair).isdisjoint(keys)), _TRAIN[0])
        train = _part(file, archive, keys, x, y)
        has_test = (x, y) == _TRAIN[0] and not set(_TEST).isdisjoint(keys)
        test = _part(file, archive, keys, *_TEST) if has_test else None
        class_names: npt.NDArray[Any] | tuple[()] = ()
        if "class_names" in keys:
            class_names = _array(file, archive, "class_names")
            if class_names.ndim != 1 or class_names.dtype.kind != "U":
                raise ValueError(
                    f"{file}: class_names must be a list of text; "
                    f"got shape {class_names.shape} and dtype {class_names.dtype}"
                )
    return assemble(file.stem, train, test, tuple(class_names), test_fraction=test_fraction, seed=seed)


def _part(file: Path, archive: zipfile.ZipFile, keys: list[str], x: str, y: str) -> Part:
    for key in (x, y):
        if key not in keys:
            raise ValueError(
                f"{file} has no key {key}; it has {', '.join(keys) or 'none':.200}. Expected are x_train, y_train, "
                f"x_test and y_test, or x and y, or images and labels"
            )
    return Part(_array(file, archive, x), _array(file, archive, y), (f"{file}: {x}", f"{file}: {y}"))


def _array(file: Path, archive: zipfile.ZipFile, key: str) -> npt.NDArray[Any]:
    kind = f"{_KIND} under the key {key}"
    with decoding(file, kind), archive.open(f"{key}.npy") as stream:
        version = np.lib.format.read_magic(stream)
        shape, _, dtype = _HEADERS[version](stream)
    if dtype.hasobject:
        raise ValueError(
            f"{file}: {key} holds Python objects, dtype {dtype}; only numbers are read, since a pickled object can run "
            f"any program. Save an array of numbers: equally long rows, all images of one size"
        )
    check_claim(file, f"{file}: {key}", shape, dtype)
    with decoding(file, kind), archive.open(f"{key}.npy") as stream:
        array: npt.NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
    return array
