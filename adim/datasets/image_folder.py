"""A folder of pictures with one subfolder for each class: how people keep their own images."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from adim.datasets.images import Dataset, Images
from adim.datasets.parts import PathLike, decoding, existing, split_off_test
from adim.datasets.picture import SUFFIXES, Header, check_form, read_header, read_image

LONGEST_SIDE = 256
"""Where the size is left to us, photographs are made no larger than this: all images must fit into memory."""

_TEST_FOLDERS = ("test", "val", "valid", "validation")
_NOT_OURS = ("thumbs.db", "desktop.ini", "__macosx")

Result = TypeVar("Result")


def folder(
    path: PathLike,
    *,
    size: tuple[int, int] | None = None,
    channels: int | None = None,
    class_names: Sequence[str] | None = None,
    skip_unreadable: bool = False,
    test_fraction: float = 0.2,
    seed: int = 0,
) -> Dataset:
    """Read a folder of pictures with one subfolder for each class.

    Parameters
    ----------
    path : path-like
        The folder. It holds a subfolder for each class, named after it, with pictures inside, at any depth; or it
        holds ``train/`` and ``test/`` (or ``val/``), each with such subfolders.
    size : tuple of int, optional
        Height and width of all images. Left out, it is the median height and width, at most 256 on the longer side.
    channels : {1, 3}, optional
        Grey or RGB. Left out, the images are grey if every picture is.
    class_names : sequence of str, optional
        The classes in the order of their numbers, as a trained network knows them; some may have no subfolder. Left
        out, the subfolders in alphabetical order.
    skip_unreadable : bool, default False
        Whether files that cannot be read as pictures are left out, and named in the notes, rather than refused.
    test_fraction : float, default 0.2
        How much of the images is set aside for testing where there is no test part.
    seed : int, default 0
        The seed of that split; see `Images.split`.

    Returns
    -------
    Dataset
        Named after the folder. Its notes tell what was resized, skipped or left aside. How a picture becomes an
        array, `read_image` says.

    Raises
    ------
    FileNotFoundError
        If the folder is not there.
    ValueError
        If there are no two classes, a class has no picture, or a file cannot be read; the message names it.

    Notes
    -----
    Hidden files, ``Thumbs.db`` and the like are ignored, other files that are no pictures by their suffix are left
    aside, and links are not followed where they would lead in a circle.

    Examples
    --------
    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as home:
    ...     for name in ("cat", "dog"):
    ...         Path(home, "pets", name).mkdir(parents=True)
    ...         for n in range(5):
    ...             Image.new("RGB", (20 + n, 16)).save(f"{home}/pets/{name}/{n}.png")
    ...     pets = folder(f"{home}/pets")
    >>> pets
    <Dataset pets: 8 + 2 images of 16x22x3, 2 classes>
    >>> pets.notes[0]
    'pictures from 16x20 to 16x24 (height x width) were resized to 16x22; --size (size=) chooses another'
    """
    check_form(size, channels)
    root = existing(path)
    if not root.is_dir():
        raise ValueError(f"{root} is not a folder")
    part_folders, notes = _part_folders(root)
    names = _class_names(part_folders[0]) if class_names is None else tuple(class_names)
    listings = [_listing(part_folder, names, notes) for part_folder in part_folders]

    skipped: list[str] | None = [] if skip_unreadable else None
    headers = dict(_readable((file for listing in listings for file in listing), read_header, skipped))
    if size is None:
        size = _median_size(list(headers.values()), notes)
    if channels is None:
        channels = 1 if all(header.grey for header in headers.values()) else 3

    parts = []
    for listing in listings:
        files = [file for file in listing if file in headers]
        images = np.empty((len(files), *size, channels), np.uint8)
        labels = []
        read = partial(read_image, size=size, channels=channels)
        for row, (file, pixels) in enumerate(_readable(files, read, skipped)):
            images[row] = pixels
            labels.append(listing[file])
        if lost := set(listing.values()) - set(labels):
            raise ValueError(f"{root}: no picture of class {names[min(lost)]!r} could be read")
        parts.append(Images(images[: len(labels)], labels, names))

    notes += [f"skipped: {reason}" for reason in skipped or ()]
    notes = [note.encode(errors="backslashreplace").decode() for note in notes]  # file names may be no valid text
    name = root.resolve().name
    if len(parts) == 2:
        return Dataset(name, parts[0], parts[1], tuple(notes))
    return split_off_test(name, parts[0], notes, test_fraction, seed)


def _part_folders(root: Path) -> tuple[list[Path], list[str]]:
    """Return the folder, or its train and test folders, that the class folders are in; and what to note."""
    found = {sub.name.lower(): sub for sub in _subfolders(root)}
    if "train" not in found or not _subfolders(found["train"]):
        return [root], []
    tests = [found[name] for name in _TEST_FOLDERS if name in found and _subfolders(found[name])]
    parts = [found["train"], *tests[:1]]
    aside = [sub.name for sub in found.values() if sub not in parts]
    return parts, [f"left aside: the folder {name}" for name in aside]


def _subfolders(place: Path) -> list[Path]:
    """Return the folders in a folder, but no hidden ones and no links that lead back up to it."""
    here = place.resolve()
    with decoding(place, "a folder"):
        subs = sorted(sub for sub in place.iterdir() if sub.is_dir() and _is_ours(sub.name))
    return [sub for sub in subs if not here.is_relative_to(sub.resolve())]


def _is_ours(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in _NOT_OURS


def _class_names(place: Path) -> tuple[str, ...]:
    names = tuple(sub.name for sub in _subfolders(place))
    if len(names) < 2:
        raise ValueError(
            f"{place} must have at least two subfolders, one for each class, with the pictures of the class inside; "
            f"it has {f'only one, {names[0]}' if names else 'none'}"
        )
    return names


def _listing(place: Path, class_names: Sequence[str], notes: list[str]) -> dict[Path, int]:
    """Return the picture files in the class folders, and the class number of each; note what is none."""
    listing: dict[Path, int] = {}
    aside = []
    for sub in _subfolders(place):
        if sub.name not in class_names:
            raise ValueError(f"{sub} is none of the classes {', '.join(class_names):.200}")
        before = len(listing)
        for file in _files(sub):
            if file.suffix.lower() in SUFFIXES:
                listing[file] = class_names.index(sub.name)
            else:
                aside.append(file.name)
        if len(listing) == before:
            raise ValueError(f"{sub} has no picture in it; adim reads {', '.join(SUFFIXES)}")
    if not listing:
        raise ValueError(f"{place} has no subfolder with pictures in it")
    if aside:
        notes.append(f"left aside in {place}, no pictures by their names: {', '.join(aside):.200}")
    return listing


def _files(place: Path) -> list[Path]:
    """Return the files in a folder and in the folders below, in a fixed order."""
    files = []
    with decoding(place, "a folder"):
        for here, below, names in os.walk(place, onerror=_raise):
            below[:] = sorted(filter(_is_ours, below))
            files += [Path(here, name) for name in sorted(filter(_is_ours, names))]
    return files


def _raise(error: OSError) -> None:
    raise error


def _readable(
    files: Iterable[Path], read: Callable[[Path], Result], skipped: list[str] | None
) -> Iterator[tuple[Path, Result]]:
    """Yield each file with what is read from it; collect the reasons of those that fail, or refuse the first."""
    for file in files:
        try:
            result = read(file)
        except (ValueError, FileNotFoundError) as error:
            if skipped is None:
                raise ValueError(
                    f"{error}. Repair or remove this file, or leave out what cannot be read: skip_unreadable=True "
                    f"(on the command line --skip-unreadable)"
                ) from error
            skipped.append(str(error))
        else:
            yield file, result


def _median_size(headers: Sequence[Header], notes: list[str]) -> tuple[int, int]:
    """Return the size that all pictures are brought to; note it if that changes any."""
    if not headers:
        return 1, 1  # no picture is left; the caller says so
    sizes = np.array([header.size for header in headers])  # (m, 2)
    median = np.median(sizes, axis=0)
    n_H, n_W = (max(round(n), 1) for n in median * min(1, LONGEST_SIDE / median.max()))
    if (sizes != (n_H, n_W)).any():
        smallest, largest = sizes[sizes.prod(axis=1).argmin()], sizes[sizes.prod(axis=1).argmax()]
        notes.append(
            f"pictures from {smallest[0]}x{smallest[1]} to {largest[0]}x{largest[1]} (height x width) were resized to "
            f"{n_H}x{n_W}; --size (size=) chooses another"
        )
    return n_H, n_W
