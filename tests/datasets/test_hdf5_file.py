"""The course's HDF5 files: the real ones where they are, small ones made here, and broken ones."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from adim.datasets import hdf5
from adim.datasets.hdf5_file import course_files

COURSE = Path(__file__).parents[2].parent / "shared" / "data"


def write(path, **arrays):
    with h5py.File(path, "w") as file:
        for key, array in arrays.items():
            file[key] = array
    return path


def part(name, m, seed=0, **changes):
    rng = np.random.default_rng(seed)
    arrays = {
        f"{name}_set_x": rng.integers(0, 256, (m, 6, 5, 3), np.uint8),
        f"{name}_set_y": (np.arange(m) % 2)[np.newaxis],
        "list_classes": np.array([b"non-cat", b"cat"]),
    }
    return {key: array for key, array in (arrays | changes).items() if array is not None}


@pytest.mark.skipif(not COURSE.exists(), reason="the course's files are not here")
def test_the_courses_cats():
    data = hdf5(COURSE / "train_catvnoncat.h5", COURSE / "test_catvnoncat.h5")
    assert data.name == "catvnoncat"
    assert data.class_names == ("non-cat", "cat")
    assert (len(data.train), len(data.test)) == (209, 50)
    assert data.image_shape == (64, 64, 3)
    assert data.train.images.dtype == np.uint8
    assert np.bincount(data.train.labels).tolist() == [137, 72]
    assert np.bincount(data.test.labels).tolist() == [17, 33]
    assert data.train.images[0, 0, 0].tolist() == [17, 31, 56]
    assert data.notes == ()


def test_two_files(tmp_path):
    train, test = part("train", 6), part("test", 4, seed=1)
    data = hdf5(write(tmp_path / "train_pets.h5", **train), write(tmp_path / "test_pets.h5", **test))
    np.testing.assert_array_equal(data.train.images, train["train_set_x"])
    np.testing.assert_array_equal(data.test.images, test["test_set_x"])
    assert data.train.labels.tolist() == [0, 1, 0, 1, 0, 1]
    assert data.test.labels.tolist() == [0, 1, 0, 1]
    assert data.class_names == ("non-cat", "cat")
    assert data.name == "pets"


def test_both_parts_in_one_file(tmp_path):
    data = hdf5(write(tmp_path / "pets.h5", **part("train", 6), **part("test", 4, list_classes=None)))
    assert (data.name, len(data.train), len(data.test), data.notes) == ("pets", 6, 4, ())


def test_without_a_test_part_one_is_split_off_and_noted(tmp_path):
    data = hdf5(write(tmp_path / "train.h5", **part("train", 10)), test_fraction=0.4, seed=7)
    assert (data.name, len(data.train), len(data.test)) == ("train", 6, 4)
    assert np.bincount(data.test.labels).tolist() == [2, 2]
    assert "no test part: 4 of 10 images, drawn from every class with seed 7" in data.notes[0]


@pytest.mark.parametrize(
    ("stored", "names"),
    [
        (["dog", "çığ"], ("dog", "çığ")),
        (np.array([b"dog", "çığ".encode()]), ("dog", "çığ")),
        (np.arange(2), ("0", "1")),
    ],
)
def test_class_names_as_text_bytes_or_numbers(tmp_path, stored, names):
    assert hdf5(write(tmp_path / "a.h5", **part("train", 10, list_classes=stored))).class_names == names


def test_fractions_of_white_become_pixels_in_both_parts(tmp_path):
    x = np.linspace(0, 1, 6 * 2 * 2, dtype=np.float32).reshape(6, 2, 2)
    train = write(tmp_path / "train.h5", **part("train", 6, train_set_x=x))
    test = write(tmp_path / "test.h5", **part("test", 6, test_set_x=x / 2))
    data = hdf5(train, test)
    assert data.train.images.dtype == np.float32
    np.testing.assert_array_equal(data.train.images[..., 0], x * 255)
    np.testing.assert_array_equal(data.test.images[..., 0], x / 2 * 255)
    assert data.notes == ("the pixels, fractions between 0 and 1, were multiplied by 255",)


@pytest.mark.parametrize("key", ["train_set_x", "train_set_y", "list_classes"])
def test_a_missing_key_is_named_with_its_file(tmp_path, key):
    file = write(tmp_path / "train.h5", **part("train", 6, **{key: None}))
    with pytest.raises(ValueError, match=rf"{file} has no key {key}.*of these it has"):
        hdf5(file)


def test_half_a_test_part_is_a_missing_key_not_a_split(tmp_path):
    test = part("test", 6, test_set_y=None, list_classes=None)
    with pytest.raises(ValueError, match="has no key test_set_y"):
        hdf5(write(tmp_path / "both.h5", **part("train", 6), **test))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train_set_y": np.zeros((1, 5), int)}, r"train.h5: train_set_x and .*train_set_y must be equally long"),
        ({"train_set_y": np.array([0.5] * 6)}, r"train.h5: train_set_y must hold integers"),
        ({"train_set_x": np.zeros((6, 3, 32, 32), np.uint8)}, r"train.h5: train_set_x .*transpose\(0, 2, 3, 1\)"),
        ({"train_set_x": np.zeros((6, 768))}, r"train.h5: train_set_x .*flattened"),
        ({"train_set_x": h5py.Empty("f4")}, r"train.h5: train_set_x must be an array; it is a group, or empty"),
        ({"train_set_x": np.array(b"text")}, r"train.h5: train_set_x must hold numbers"),
        (
            {"list_classes": np.array([[b"a", b"b"]])},
            r"train.h5: list_classes must be a list of names; got shape \(1, 2",
        ),
        (
            {"list_classes": np.array([b"\xff", b"b"])},
            r"train.h5 cannot be read as UTF-8 text under the key list_classes",
        ),
        ({"list_classes": np.array([b"a"])}, "train.h5: train_set_y: only one class"),
        ({"train_set_y": np.full(6, 2)}, "train.h5: train_set_y has the class number 2, but there are only 2 classes"),
    ],
)
def test_wrong_content_is_refused_by_file_and_key(tmp_path, changes, message):
    with pytest.raises(ValueError, match=message):
        hdf5(write(tmp_path / "train.h5", **part("train", 6, **changes)))


def test_a_group_is_no_array(tmp_path):
    file = write(tmp_path / "train.h5", **part("train", 6, train_set_x=None))
    with h5py.File(file, "a") as opened:
        opened.create_group("train_set_x")
    with pytest.raises(ValueError, match="train_set_x must be an array; it is a group"):
        hdf5(file)


def test_classes_that_differ_between_the_files_are_refused(tmp_path):
    train = write(tmp_path / "train.h5", **part("train", 6))
    test = write(tmp_path / "test.h5", **part("test", 6, list_classes=np.array([b"cat", b"non-cat"])))
    with pytest.raises(ValueError, match=r"list_classes must be the same.*non-cat, cat in .*train.h5.*cat, non-cat in"):
        hdf5(train, test)


def test_a_shape_that_the_file_cannot_hold_is_refused_before_memory_is_asked_for(tmp_path):
    file = write(tmp_path / "train.h5", **part("train", 6, train_set_x=None))
    with h5py.File(file, "a") as opened:  # 3 TB that were never written
        opened.create_dataset("train_set_x", (10**9, 32, 32, 3), np.uint8, chunks=(1, 32, 32, 3))
    with pytest.raises(ValueError, match=r"train_set_x claims shape \(1000000000, 32, 32, 3\)"):
        hdf5(file)


@pytest.mark.parametrize("content", [b"", b"no HDF5", b"\x89HDF\r\n\x1a\n" + bytes(90)])
def test_another_format_is_refused_by_name(tmp_path, content):
    (tmp_path / "train.h5").write_bytes(content)
    with pytest.raises(ValueError, match=r"train.h5 cannot be read as an HDF5 file"):
        hdf5(tmp_path / "train.h5")


def test_a_file_cut_off_anywhere_is_refused_by_name(tmp_path):
    whole = write(tmp_path / "whole.h5", **part("train", 6)).read_bytes()
    file = tmp_path / "train.h5"
    for length in range(0, len(whole), 97):
        file.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=str(file)):
            hdf5(file)


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file or folder .*nowhere\.h5"):
        hdf5(tmp_path / "nowhere.h5")


@pytest.mark.parametrize(
    ("train", "test"), [("train_x.h5", "test_x.h5"), ("x-train.h5", "x-test.h5"), ("latest_train.h5", "latest_test.h5")]
)
def test_the_two_files_find_each_other(tmp_path, train, test):
    train, test = tmp_path / train, tmp_path / test
    train.touch()
    assert course_files(train) == (train, None)
    test.touch()
    assert course_files(train) == course_files(test) == (train, test)
    train.unlink()
    with pytest.raises(FileNotFoundError, match=f"{test} holds test images; there is no file {train}"):
        course_files(test)


def test_a_file_whose_name_says_neither_stands_alone(tmp_path):
    file = tmp_path / "trains_contest.h5"
    file.touch()
    assert course_files(file) == (file, None)
