"""One door for all data: a name or a path goes in, a data set comes out. The command line enters here."""

from __future__ import annotations

from collections.abc import Sequence

from adim.datasets.digits_file import digits
from adim.datasets.hdf5_file import course_files, hdf5
from adim.datasets.idx_file import holds_idx, idx
from adim.datasets.image_folder import folder
from adim.datasets.images import Dataset
from adim.datasets.npz_file import npz
from adim.datasets.parts import PathLike, existing

_UNDERSTOOD = """\
What adim reads:
  digits            scanned handwritten digits, built in (a folder of that name is ./digits)
  train_x.h5        the course's HDF5 files, with test_x.h5 beside it
  file.npz          x_train, y_train, x_test, y_test; or x, y
  folder            with MNIST's files (train-images-idx3-ubyte.gz ...), or with one subfolder of pictures per class,
                    or with train/ and test/ that have those"""


def load(
    data: PathLike,
    *,
    size: tuple[int, int] | None = None,
    channels: int | None = None,
    class_names: Sequence[str] | None = None,
    skip_unreadable: bool = False,
    test_fraction: float = 0.2,
    seed: int = 0,
) -> Dataset:
    """Read whatever data set this is: ``"digits"``, a file, or a folder.

    Parameters
    ----------
    data : str or path-like
        "digits" (`digits`); one of the course's .h5 files, whose partner in the same folder is found by its name:
        ``train_x.h5`` and ``test_x.h5`` (`hdf5`); an .npz file (`npz`); a folder with MNIST's files (`idx`); or a
        folder of pictures (`folder`).
    size : tuple of int, optional
        Height and width that the images must have; pictures in a folder are brought to it.
    channels : {1, 3}, optional
        Number of channels that the images must have; pictures in a folder are brought to it.
    class_names : sequence of str, optional
        The classes in the order of their numbers, as a trained network knows them; see `Images.relabel`.
    skip_unreadable : bool, default False
        Whether files in a folder that cannot be read as pictures are left out; see `folder`.
    test_fraction : float, default 0.2
        How much of the images is set aside for testing where there is no test part. The data set's notes say so.
    seed : int, default 0
        The seed of that split. A network that is tested with another seed than it was trained with meets images
        that it has seen in training.

    Returns
    -------
    Dataset

    Raises
    ------
    FileNotFoundError
        If there is no such name, file or folder.
    ValueError
        If it is nothing that can be read, or not of the shape or classes asked for. The message names the file.

    Examples
    --------
    >>> load("digits")
    <Dataset digits: 1442 + 355 images of 8x8x1, 10 classes>
    """
    if data == "":
        raise ValueError("the name of the data set is empty: give digits, a file or a folder")
    if data == "digits":
        dataset = digits()
    else:
        try:
            path = existing(data)
        except FileNotFoundError as error:
            raise FileNotFoundError(f"there is no data set {data}, no such file or folder. {_UNDERSTOOD}") from error
        if path.is_dir():
            if not holds_idx(path):
                return folder(
                    path,
                    size=size,
                    channels=channels,
                    class_names=class_names,
                    skip_unreadable=skip_unreadable,
                    test_fraction=test_fraction,
                    seed=seed,
                )
            dataset = idx(path, test_fraction=test_fraction, seed=seed)
        elif path.suffix.lower() in (".h5", ".hdf5"):
            dataset = hdf5(*course_files(path), test_fraction=test_fraction, seed=seed)
        elif path.suffix.lower() == ".npz":
            dataset = npz(path, test_fraction=test_fraction, seed=seed)
        else:
            raise ValueError(f"{path} is nothing that adim can read images and labels from. {_UNDERSTOOD}")

    n_H, n_W, n_C = dataset.image_shape
    if (size is not None and tuple(size) != (n_H, n_W)) or channels not in (None, n_C):
        wanted = "x".join(map(str, (*(size or (n_H, n_W)), channels or n_C)))
        raise ValueError(
            f"the images of {data} are {n_H}x{n_W}x{n_C}, and {wanted} is asked for; only pictures in a folder are "
            f"brought to another size or number of channels"
        )
    return dataset if class_names is None else dataset.relabel(class_names)
