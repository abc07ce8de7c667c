"""The course's files: one HDF5 file to train on and one to test on.

The first holds ``train_set_x`` (m, n_H, n_W, n_C), ``train_set_y`` (m,) or (1, m), and ``list_classes``, the names of
the classes; the second ``test_set_x``, ``test_set_y`` and the same ``list_classes``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from adim.datasets.images import MOST_CLASSES, Dataset
from adim.datasets.parts import Part, PathLike, assemble, check_claim, decoding, existing_file

_KIND = "an HDF5 file"
_PART_IN_NAME = re.compile(r"(?<![a-z])(train|test)(?![a-z])")


def hdf5(train: PathLike, test: PathLike | None = None, *, test_fraction: float = 0.2, seed: int = 0) -> Dataset:
    """Read the course's HDF5 files.

    Parameters
    ----------
    train : path-like
        The file with ``train_set_x``, ``train_set_y`` and ``list_classes``.
    test : path-like, optional
        The file with ``test_set_x`` and ``test_set_y``; left out, they are looked for in the first file.
    test_fraction : float, default 0.2
        How much of the training images is set aside for testing where there is no test part.
    seed : int, default 0
        The seed of that split; see `Images.split`.

    Returns
    -------
    Dataset
        Named after the training file.

    Raises
    ------
    FileNotFoundError
        If a file is not there.
    ValueError
        If a file is not HDF5, is damaged, lacks a key, or holds no images and labels under its keys. The message
        names the file and the key.

    Examples
    --------
    >>> import h5py, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with h5py.File(f"{folder}/train_pets.h5", "w") as file:
    ...         file["train_set_x"] = np.zeros((10, 8, 8, 3), np.uint8)
    ...         file["train_set_y"] = [[0, 1, 0, 1, 0, 1, 0, 1, 0, 1]]
    ...         file["list_classes"] = [b"dog", b"cat"]
    ...     data = hdf5(f"{folder}/train_pets.h5")
    >>> data, data.class_names
    (<Dataset pets: 8 + 2 images of 8x8x3, 2 classes>, ('dog', 'cat'))
    """
    train_file = existing_file(train)
    test_file = train_file if test is None else existing_file(test)
    train_arrays = _read(train_file)
    test_arrays = train_arrays if test is None else _read(test_file)

    train_part = _part(train_file, train_arrays, "train_set")
    has_test = test is not None or not {"test_set_x", "test_set_y"}.isdisjoint(test_arrays)
    test_part = _part(test_file, test_arrays, "test_set") if has_test else None
    class_names = _class_names(train_file, train_arrays)
    if test is not None and (test_names := _class_names(test_file, test_arrays)) != class_names:
        raise ValueError(
            f"list_classes must be the same in both files; got {', '.join(class_names):.80} in {train_file} "
            f"and {', '.join(test_names):.80} in {test_file}"
        )
    name = _PART_IN_NAME.sub("", train_file.stem, count=1).strip(" _-.") or train_file.stem
    return assemble(name, train_part, test_part, class_names, test_fraction=test_fraction, seed=seed)


def course_files(path: PathLike) -> tuple[Path, Path | None]:
    """Return the training and the test file, given the path of either: ``train_x.h5`` and ``test_x.h5``.

    A training file may stand alone, and so may a file whose name says neither.
    """
    file = existing_file(path)
    said = _PART_IN_NAME.search(file.name)
    if said is None:
        return file, None
    other = "test" if said[1] == "train" else "train"
    partner = file.with_name(file.name[: said.start()] + other + file.name[said.end() :])
    if said[1] == "train":
        return file, partner if partner.exists() else None
    if not partner.exists():
        raise FileNotFoundError(f"{file} holds test images; there is no file {partner} to train on beside it")
    return partner, file


def _read(file: Path) -> dict[str, Any]:
    """Return the arrays of those of the course's keys that the file has."""
    import h5py  # noqa: PLC0415 - heavy, only when needed

    arrays = {}
    with decoding(file, _KIND):
        opened = h5py.File(file, "r")
    with opened:
        for key in ("train_set_x", "train_set_y", "test_set_x", "test_set_y", "list_classes"):
            with decoding(file, _KIND):
                node = opened.get(key)
                shape = getattr(node, "shape", None)  # a group has none, and a dataset without a dataspace has None
            if node is None:
                continue
            if shape is None:
                raise ValueError(f"{file}: {key} must be an array; it is a group, or empty")
            with decoding(file, f"{_KIND} under the key {key}"):
                dtype = node.dtype
            check_claim(file, f"{file}: {key}", shape, dtype)
            with decoding(file, f"{_KIND} under the key {key}"):
                arrays[key] = node[()]
    return arrays


def _part(file: Path, arrays: dict[str, Any], prefix: str) -> Part:
    keys = (f"{prefix}_x", f"{prefix}_y")
    return Part(_at(file, arrays, keys[0]), _at(file, arrays, keys[1]), (f"{file}: {keys[0]}", f"{file}: {keys[1]}"))


def _class_names(file: Path, arrays: dict[str, Any]) -> tuple[str, ...]:
    names = np.asarray(_at(file, arrays, "list_classes"))
    if names.ndim != 1 or not 0 < len(names) <= MOST_CLASSES:
        raise ValueError(f"{file}: list_classes must be a list of names; got shape {names.shape}")
    with decoding(file, "UTF-8 text under the key list_classes"):
        return tuple(name.decode() if isinstance(name, bytes) else str(name) for name in names)


def _at(file: Path, arrays: dict[str, Any], key: str) -> npt.NDArray[Any]:
    if key not in arrays:
        raise ValueError(
            f"{file} has no key {key}. The course's files hold train_set_x and train_set_y, or test_set_x and "
            f"test_set_y, and list_classes; of these it has {', '.join(arrays) or 'none'}"
        )
    array: npt.NDArray[Any] = arrays[key]
    return array
