"""NumPy archives: the layouts that are read, and the hostile ones that are not."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from adim.datasets import npz

X = np.random.default_rng(0).integers(0, 256, (10, 4, 5, 3), np.uint8)
Y = np.arange(10) % 2


def save(path, **arrays):
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_the_layout_of_keras(tmp_path, write):
    write(tmp_path / "my set.npz", x_train=X, y_train=Y, x_test=X[:4], y_test=Y[:4])
    data = npz(tmp_path / "my set.npz")
    np.testing.assert_array_equal(data.train.images, X)
    np.testing.assert_array_equal(data.train.labels, Y)
    np.testing.assert_array_equal(data.test.images, X[:4])
    assert (data.name, data.class_names, data.notes) == ("my set", ("0", "1"), ())


@pytest.mark.parametrize(("x", "y"), [("x", "y"), ("images", "labels"), ("x_train", "y_train")])
def test_one_part_is_split(tmp_path, x, y):
    data = npz(save(tmp_path / "a.npz", **{x: X, y: Y}), test_fraction=0.4)
    assert (len(data.train), len(data.test)) == (6, 4)
    assert data.notes[0].startswith("there was no test part: 4 of 10 images")


def test_class_names_and_layouts_of_memory(tmp_path):
    names = np.array(["hiç", "var"])
    data = npz(save(tmp_path / "a.npz", x=np.asfortranarray(X), y=Y.astype(">i2"), class_names=names))
    assert data.class_names == ("hiç", "var")
    both = data.everything()
    assert sorted(image.tobytes() for image in both.images) == sorted(image.tobytes() for image in X)


def test_a_class_that_only_the_test_part_shows_is_refused(tmp_path):
    file = save(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X[:4], y_test=[0, 1, 2, 0])
    with pytest.raises(ValueError, match=r"a.npz: y_test has the class number 2, but there are only 2 classes"):
        npz(file)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x_train": X, "y_train": Y, "x_test": X}, "a.npz has no key y_test; it has x_train, y_train, x_test"),
        ({"x": X}, "a.npz has no key y; it has x. Expected are x_train"),
        ({"arr_0": X}, "a.npz has no key x_train; it has arr_0"),
        ({}, "a.npz has no key x_train; it has none"),
        ({"x": X, "y": Y[:9]}, "a.npz: x and .*a.npz: y must be equally long"),
        ({"x": X.reshape(10, -1), "y": Y}, "a.npz: x must be images.*flattened"),
        ({"x": X.transpose(0, 3, 1, 2).repeat(9, 2).repeat(9, 3), "y": Y}, "a.npz: x .*transpose"),
        ({"x": X, "y": Y * 0.5}, "a.npz: y must hold integers"),
        ({"x": X, "y": Y, "class_names": np.arange(2)}, "a.npz: class_names must be a list of text; got shape .2,."),
        ({"x": X, "y": np.array("zero")}, "a.npz: y must hold numbers"),
        ({"x": X - 128.0, "y": Y}, "a.npz: x must hold pixels from 0"),
    ],
)
def test_wrong_content_is_refused_by_file_and_key(tmp_path, arrays, message):
    with pytest.raises(ValueError, match=message):
        npz(save(tmp_path / "a.npz", **arrays))


class Bomb:
    """An object that raises when a pickle of it is read."""

    def __reduce__(self):
        return (exec, ("raise SystemError('a pickle was read')",))


def test_no_pickle_is_ever_read(tmp_path):
    objects = np.empty(10, object)
    objects[:] = [Bomb()] * 10
    with pytest.raises(ValueError, match=r"a\.npz: x holds Python objects.*can run any program"):
        npz(save(tmp_path / "a.npz", x=objects, y=Y))
    np.save(tmp_path / "bare.npy", objects)
    with pytest.raises(ValueError, match=r"bare\.npy cannot be read as an \.npz archive: File is not a zip file"):
        npz(tmp_path / "bare.npy")


def member(header, content=b""):
    head = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + content


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (member("{'descr': '|u1', 'fortran_order': False, 'shape': (10, 99999, 99999, 3)}"), "a.npz: x claims shape"),
        (member("{'descr': '|u1', 'fortran_order': False, 'shape': (10, 4, 4, 1)}", bytes(9)), "a.npz cannot be read"),
        (member("{'descr': '|u1', 'fortran_order': False, 'shape': (-10, 4, 4, 1)}"), "a.npz cannot be read"),
        (member("{'descr': '|O', 'fortran_order': False, 'shape': (10,)}"), "a.npz: x holds Python objects"),
        (member("__import__('os').abort()"), "a.npz cannot be read"),
        (member("((((((((((((((("), "a.npz cannot be read"),
        (b"\x93NUMPY\x07\x00", "a.npz cannot be read"),
        (b"", "a.npz cannot be read"),
        (b"PK", "a.npz cannot be read"),
    ],
)
def test_hostile_headers(tmp_path, x, message):
    labels = io.BytesIO()
    np.save(labels, Y)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", x)
        archive.writestr("y.npy", labels.getvalue())
    with pytest.raises(ValueError, match=message):
        npz(tmp_path / "a.npz")


def test_a_changed_byte_or_a_cut_file_is_refused_by_name(tmp_path):
    file = tmp_path / "a.npz"
    np.savez_compressed(file, x=X, y=Y)
    whole = file.read_bytes()
    at = whole.index(b"x.npy") + 200  # inside the compressed pixels: the archive's checksum tells
    file.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
    with pytest.raises(ValueError, match=f"{file} cannot be read as an .npz archive under the key x"):
        npz(file)
    for length in range(0, len(whole), 31):
        file.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=f"{file} cannot be read as an .npz archive"):
            npz(file)


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        npz(tmp_path / "nowhere.npz")
