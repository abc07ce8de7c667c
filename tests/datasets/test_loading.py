"""`load` finds the reader for a name or a path, and says what it understands where there is none."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from adim.datasets import digits, load

X = np.random.default_rng(0).integers(0, 256, (10, 4, 5), np.uint8)
Y = np.arange(10) % 2


def course(folder):
    for part in ("train", "test"):
        with h5py.File(folder / f"{part}_pets.h5", "w") as file:
            file[f"{part}_set_x"], file[f"{part}_set_y"] = X[..., np.newaxis], Y
            file["list_classes"] = np.array([b"dog", b"cat"])


def archive(folder):
    np.savez(folder / "pets.npz", x=X, y=Y, class_names=["dog", "cat"])


def mnist(folder):
    images = bytes([0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 4, 0, 0, 0, 5]) + X.tobytes()
    labels = bytes([0, 0, 8, 1, 0, 0, 0, 10]) + Y.astype(np.uint8).tobytes()
    (folder / "train-images-idx3-ubyte").write_bytes(images)
    (folder / "train-labels-idx1-ubyte").write_bytes(labels)


def pictures(folder):
    for name in ("dog", "cat"):
        (folder / name).mkdir()
        for n in range(5):
            Image.fromarray(X[n]).save(folder / name / f"{n}.png")


def test_digits_by_name():
    np.testing.assert_array_equal(load("digits").test.images, digits().test.images)


@pytest.mark.parametrize(
    ("make", "path", "class_names"),
    [
        (course, "train_pets.h5", ("dog", "cat")),
        (course, "test_pets.h5", ("dog", "cat")),
        (archive, "pets.npz", ("dog", "cat")),
        (mnist, "", ("0", "1")),
        (pictures, "", ("cat", "dog")),
    ],
)
def test_every_kind_of_path(tmp_path, make, path, class_names):
    make(tmp_path)
    for spelled in (tmp_path / path, str(tmp_path / path)):
        data = load(spelled, test_fraction=0.4, seed=3)
        assert data.class_names == class_names
        assert data.image_shape == (4, 5, 1)
        if make is course:
            assert (len(data.train), len(data.test), data.notes) == (10, 10, ())
        else:
            assert (len(data.train), len(data.test)) == (6, 4)
            assert "with seed 3" in data.notes[0]


def test_the_home_folder_and_a_folder_that_is_called_digits(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    Path("digits").mkdir()
    pictures(Path("digits"))
    assert load("digits").class_names == tuple("0123456789")
    assert load("./digits").class_names == ("cat", "dog")
    assert load("~/digits").name == "digits"
    with pytest.raises(FileNotFoundError, match="there is no data set ~nobody-of-that-name/x"):
        load("~nobody-of-that-name/x")


@pytest.mark.parametrize("make", [course, archive, pictures])
def test_classes_in_a_networks_order(tmp_path, make):
    make(tmp_path)
    path = {course: tmp_path / "train_pets.h5", archive: tmp_path / "pets.npz"}.get(make, tmp_path)
    own, networks = load(path), load(path, class_names=["ant", "cat", "dog"])
    assert networks.class_names == ("ant", "cat", "dog")
    for before, after in ((own.train, networks.train), (own.test, networks.test)):
        assert [own.class_names[n] for n in before.labels] == [networks.class_names[n] for n in after.labels]


def test_pictures_are_brought_to_a_form_and_arrays_must_have_it(tmp_path):
    (tmp_path / "pets").mkdir()
    pictures(tmp_path / "pets")
    assert load(tmp_path / "pets", size=(2, 3), channels=3).image_shape == (2, 3, 3)
    archive(tmp_path)
    file = tmp_path / "pets.npz"
    assert load(file, size=(4, 5), channels=1).image_shape == (4, 5, 1)
    with pytest.raises(ValueError, match=f"images of {file} are 4x5x1, and 2x3x1 is asked for"):
        load(file, size=(2, 3))
    with pytest.raises(ValueError, match="8x8x1, and 8x8x3 is asked for"):
        load("digits", channels=3)


def test_skipping_is_passed_on(tmp_path):
    pictures(tmp_path)
    (tmp_path / "cat" / "0.png").write_bytes(b"")
    with pytest.raises(ValueError, match="skip_unreadable"):
        load(tmp_path)
    assert len(load(tmp_path, skip_unreadable=True).everything()) == 9


def test_what_is_not_there_or_not_understood_is_answered_with_what_is(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"(?s)no data set digit, .*digits .*train_x\.h5.*\.npz.*subfolder"):
        load("digit")
    (tmp_path / "table.csv").touch()
    with pytest.raises(ValueError, match=r"(?s)table\.csv is nothing that adim can read.*train_x\.h5"):
        load(tmp_path / "table.csv")
