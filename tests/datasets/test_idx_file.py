"""IDX files: a round trip of everything the format can hold, MNIST's folders, and headers that lie."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp

from adim.datasets import idx
from adim.datasets.idx_file import _read, holds_idx

CODES = {"uint8": 8, "int8": 9, "int16": 11, "int32": 12, "float32": 13, "float64": 14}
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def encode(array):
    """Write an array as the format's description says, independently of the reader."""
    header = bytes([0, 0, CODES[array.dtype.name], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


X = np.random.default_rng(0).integers(0, 256, (12, 5, 4), np.uint8)
Y = (np.arange(12) % 3).astype(np.uint8)


def mnist(folder, *, suffix="", names=NAMES):
    for name, array in zip(names, (X, Y, X[:6], Y[:6]), strict=False):
        content = encode(array)
        (folder / f"{name}{suffix}").write_bytes(gzip.compress(content) if suffix else content)
    return folder


@given(
    array=st.sampled_from(list(CODES)).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5))
    ),
    gzipped=st.booleans(),
)
def test_round_trip(tmp_path_factory, array, gzipped):
    file = tmp_path_factory.mktemp("idx") / "a"
    content = encode(array)
    file.write_bytes(gzip.compress(content) if gzipped else content)
    read = _read(file)
    assert read.dtype == array.dtype
    assert read.dtype.isnative
    np.testing.assert_array_equal(read, array)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("names", [NAMES, [name.replace("-idx", ".idx") for name in NAMES]])
def test_a_folder_of_mnists_files(tmp_path, suffix, names):
    data = idx(mnist(tmp_path, suffix=suffix, names=names))
    np.testing.assert_array_equal(data.train.images, X[..., np.newaxis])
    np.testing.assert_array_equal(data.train.labels, Y)
    np.testing.assert_array_equal(data.test.images, X[:6, ..., np.newaxis])
    np.testing.assert_array_equal(data.test.labels, Y[:6])
    assert (data.name, data.class_names, data.notes) == (tmp_path.name, ("0", "1", "2"), ())
    assert holds_idx(tmp_path)


def test_a_file_beside_its_gzipped_twin(tmp_path):
    mnist(mnist(tmp_path), suffix=".gz")
    assert len(idx(tmp_path).train) == 12


def test_explicit_files(tmp_path):
    mnist(tmp_path)
    images, labels, test_images, test_labels = (tmp_path / name for name in NAMES)
    assert len(idx(images, labels, test_images, test_labels).test) == 6
    split = idx(images, str(labels), test_fraction=0.25)
    assert (len(split.train), len(split.test)) == (9, 3)
    assert split.notes[0].startswith("there was no test part")


@pytest.mark.parametrize("paths", [(), ("a", "b", "c"), ("a",) * 5])
def test_a_wrong_number_of_paths_is_refused(paths):
    with pytest.raises(ValueError, match=f"a folder, or 2 files, or 4 files; got {len(paths)} paths"):
        idx(*paths)


@pytest.mark.parametrize("lacking", [0, 1, 2, 3])
def test_a_lacking_file_is_named(tmp_path, lacking):
    (mnist(tmp_path) / NAMES[lacking]).unlink()
    with pytest.raises(ValueError, match=f"{tmp_path} has no file of .*; expected a name like {NAMES[lacking]}"):
        idx(tmp_path)


def test_a_folder_without_test_files_is_split(tmp_path):
    mnist(tmp_path, names=NAMES[:2])
    assert "no test part" in idx(tmp_path).notes[0]


def test_two_sets_in_one_folder_are_not_mixed(tmp_path):
    mnist(tmp_path)
    mnist(tmp_path, names=[f"emnist-letters-{name}" for name in NAMES])
    with pytest.raises(ValueError, match="several files of test images: emnist-letters-t10k-images-idx3-ubyte and"):
        idx(tmp_path)


def test_swapped_files_are_refused_by_name(tmp_path):
    mnist(tmp_path)
    with pytest.raises(ValueError, match=rf"{NAMES[1]} must be images of shape .* got \(12,\)"):
        idx(tmp_path / NAMES[1], tmp_path / NAMES[0])


def test_unequal_lengths_are_refused_by_name(tmp_path):
    mnist(tmp_path)
    with pytest.raises(ValueError, match=f"{NAMES[0]} and .*{NAMES[3]} must be equally long"):
        idx(tmp_path / NAMES[0], tmp_path / NAMES[3])


GOOD = encode(X)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"not an IDX file: it starts with the bytes \(none\)"),
        (b"\0\0\x08", "not an IDX file: it starts with the bytes 00 00 08"),
        (b"\x89PNG\r\n", "not an IDX file: it starts with the bytes 89 50 4e 47"),
        (b"\0\0\x07\x01" + bytes(8), "not an IDX file"),
        (b"\0\0\x08\x00" + bytes(8), "not an IDX file"),
        (GOOD[:10], "cannot be read as an IDX file"),
        (GOOD[:-1], r"claims shape \(12, 5, 4\) of uint8, 240 bytes, but only 239 follow"),
        (GOOD[:16], "but only 0 follow"),
        (GOOD + b"\0", "240 bytes, but more follow"),
        (b"\0\0\x08\x03" + b"\xff" * 12, r"claims shape \(4294967295, 4294967295, 4294967295\)"),
        (b"\0\0\x0e\xff" + b"\xff" * 1020, "claims shape"),
        (gzip.compress(GOOD)[:-20], "cannot be read as a gzipped IDX file: .*end-of-stream"),
        (gzip.compress(GOOD)[:12], "cannot be read as a gzipped IDX file"),
        (gzip.compress(GOOD)[:-8] + bytes(8), "cannot be read as a gzipped IDX file: CRC"),
        (gzip.compress(GOOD[:-1]), "240 bytes, but only 239 follow"),
        (gzip.compress(b"\0\0\x08\x03" + b"\xff" * 12 + bytes(9)), "claims shape"),
        (b"\x1f\x8b", "cannot be read as a gzipped IDX file"),
    ],
)
def test_a_damaged_or_lying_file_is_refused_by_name(tmp_path, content, message):
    file = tmp_path / "images"
    file.write_bytes(content)
    (tmp_path / "labels").write_bytes(encode(Y))
    with pytest.raises(ValueError, match=f"{file}.*{message}"):
        idx(file, tmp_path / "labels")


def test_missing_and_misplaced_paths(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        idx(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        idx(tmp_path / "nowhere", tmp_path / "nowhere")
    with pytest.raises(ValueError, match="is not a file"):
        idx(tmp_path, tmp_path)
    with pytest.raises(ValueError, match="is not a folder"):
        idx(Path(__file__))
