"""Folders of pictures as people have them: mixed, unfinished, with odds and ends inside."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from adim.datasets import folder


def fill(place, sizes, colour="red", mode="RGB", suffix="png"):
    """Put a picture of each (width, height) into a folder."""
    place.mkdir(parents=True, exist_ok=True)
    for n, size in enumerate(sizes):
        Image.new(mode, size, colour).save(place / f"{n}.{suffix}")


@pytest.fixture
def pets(tmp_path):
    """Five red cats and five blue dogs of 6x8 pixels."""
    fill(tmp_path / "pets" / "cat", [(8, 6)] * 5, "red")
    fill(tmp_path / "pets" / "dog", [(8, 6)] * 5, "blue")
    return tmp_path / "pets"


def test_one_subfolder_for_each_class(pets):
    data = folder(pets)
    assert (data.name, data.class_names, data.image_shape) == ("pets", ("cat", "dog"), (6, 8, 3))
    assert (len(data.train), len(data.test)) == (8, 2)
    assert sorted(data.test.labels) == [0, 1]
    whole = data.everything()
    assert (whole.images[whole.labels == 0] == [255, 0, 0]).all()
    assert (whole.images[whole.labels == 1] == [0, 0, 255]).all()
    assert len(data.notes) == 1
    assert "no test part: 2 of 10 images" in data.notes[0]


@pytest.mark.parametrize("test", ["test", "Test", "val", "valid", "validation"])
def test_train_and_test_folders(tmp_path, test):
    for name, m in (("train", 3), (test, 2)):
        fill(tmp_path / name / "cat", [(8, 6)] * m, "red")
        fill(tmp_path / name / "dog", [(8, 6)] * (m + 1), "blue")
    data = folder(tmp_path)
    assert np.bincount(data.train.labels).tolist() == [3, 4]
    assert np.bincount(data.test.labels).tolist() == [2, 3]
    assert data.notes == ()


def test_validation_beside_test_is_left_aside_and_noted(tmp_path):
    for name, m in (("train", 3), ("test", 2), ("val", 1)):
        fill(tmp_path / name / "cat", [(8, 6)] * m)
        fill(tmp_path / name / "dog", [(8, 6)] * m)
    data = folder(tmp_path)
    assert (len(data.train), len(data.test), data.notes) == (6, 4, ("left aside: the folder val",))


def test_train_alone_is_split_and_unlabelled_test_pictures_are_noted(tmp_path):
    fill(tmp_path / "train" / "cat", [(8, 6)] * 5)
    fill(tmp_path / "train" / "dog", [(8, 6)] * 5)
    fill(tmp_path / "test", [(8, 6)] * 5)
    data = folder(tmp_path)
    assert (len(data.train), len(data.test)) == (8, 2)
    assert data.notes[0] == "left aside: the folder test"


def test_trains_can_be_a_class(tmp_path):
    fill(tmp_path / "train", [(8, 6)] * 5)
    fill(tmp_path / "bus", [(8, 6)] * 5)
    assert folder(tmp_path).class_names == ("bus", "train")


def test_a_test_class_that_training_does_not_know_is_refused(tmp_path):
    for place in ("train/cat", "train/dog", "test/cat", "test/owl"):
        fill(tmp_path / place, [(8, 6)])
    with pytest.raises(ValueError, match="owl is none of the classes cat, dog"):
        folder(tmp_path)


def test_mixed_sizes_become_the_median_size_and_that_is_noted(tmp_path):
    fill(tmp_path / "a", [(8, 6), (10, 8), (12, 9)])
    fill(tmp_path / "b", [(100, 50), (8, 6)])
    data = folder(tmp_path)
    assert data.image_shape == (8, 10, 3)
    assert data.notes[0].startswith("pictures from 6x8 to 50x100 (height x width) were resized to 8x10")


@pytest.mark.parametrize(
    ("size", "expected"), [((600, 400), (171, 256)), ((3, 1000), (256, 1)), ((256, 256), (256, 256))]
)
def test_photographs_are_made_small(tmp_path, size, expected):
    fill(tmp_path / "a", [size] * 2)
    fill(tmp_path / "b", [size] * 2)
    data = folder(tmp_path, test_fraction=0.5)
    assert data.image_shape == (*expected, 3)
    assert len(data.notes) == (1 if size == (256, 256) else 2)


def test_a_given_size_and_number_of_channels(pets):
    assert folder(pets, size=(3, 5), channels=1).image_shape == (3, 5, 1)
    assert len(folder(pets, size=(3, 5)).notes) == 1  # only the split: the size was asked for


def test_grey_stays_grey_until_one_picture_has_colours(tmp_path):
    fill(tmp_path / "a", [(8, 6)] * 3, 77, "L")
    fill(tmp_path / "b", [(8, 6)] * 3, 0, "1")
    assert folder(tmp_path).image_shape == (6, 8, 1)
    fill(tmp_path / "b" / "more", [(8, 6)], "red")
    data = folder(tmp_path).everything()
    assert data.image_shape == (6, 8, 3)
    assert (data.images[data.labels == 0] == 77).all()


def test_every_format_and_any_depth(tmp_path):
    suffixes = ("png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff", "webp", "ppm", "PNG", "JPG")
    for suffix in suffixes:
        fill(tmp_path / "a" / suffix / "deep", [(8, 6)], "red", suffix=suffix)
    fill(tmp_path / "b", [(8, 6)] * 2, "blue")
    data = folder(tmp_path).everything()
    assert np.bincount(data.labels).tolist() == [len(suffixes), 2]
    assert np.abs(data.images[data.labels == 0].astype(int) - [255, 0, 0]).max() <= 2


def test_known_classes_keep_their_numbers_and_need_not_all_be_there(pets):
    names = ("dog", "ant", "cat")
    whole = folder(pets, class_names=names).everything()
    assert whole.class_names == names
    assert (whole.images[whole.labels == 0] == [0, 0, 255]).all()
    assert sorted(set(whole.labels)) == [0, 2]
    (pets / "dog").rename(pets.parent / "elsewhere")
    assert set(folder(pets, class_names=names).everything().labels) == {2}
    with pytest.raises(ValueError, match="cat is none of the classes ant, bee"):
        folder(pets, class_names=("ant", "bee"))


def test_odds_and_ends(pets):
    (pets / ".git").mkdir()
    (pets / "__MACOSX" / "cat").mkdir(parents=True)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._0.png"):
        (pets / "cat" / name).write_bytes(b"not a picture")
    (pets / "cat" / ".thumbnails").mkdir()
    (pets / "cat" / ".thumbnails" / "0.png").write_bytes(b"not a picture")
    (pets / "README").write_text("lies beside the classes")
    (pets / "cat" / "labels.csv").write_text("is noted")
    (pets / "cat" / "photo.heic").write_text("is noted")
    data = folder(pets)
    assert data.class_names == ("cat", "dog")
    assert len(data.everything()) == 10
    assert data.notes[0] == f"left aside in {pets}, no pictures by their names: labels.csv, photo.heic"


def test_links(pets):
    fill(pets.parent / "elsewhere", [(8, 6)] * 2, "lime")
    (pets / "owl").symlink_to(pets.parent / "elsewhere")  # a class may lie elsewhere
    (pets / "all").symlink_to(pets)  # but nothing leads back up,
    (pets / "cat" / "all").symlink_to(pets)  # nor across
    (pets / "dog" / "loop").symlink_to("loop")
    (pets / "dog" / "9.png").symlink_to(pets / "dog" / "0.png")
    data = folder(pets)
    assert data.class_names == ("cat", "dog", "owl")
    assert np.bincount(data.everything().labels).tolist() == [5, 6, 2]


def broken(place):
    """Break three pictures in three ways: no header, no pixels, no file."""
    (place / "0.png").write_bytes(b"no picture")
    whole = (place / "1.png").read_bytes()
    (place / "1.png").write_bytes(whole[: whole.index(b"IDAT") + 6])
    (place / "2.png").unlink()
    (place / "2.png").symlink_to("nowhere.png")


@pytest.mark.parametrize("which", ["0", "1", "2"])
def test_an_unreadable_file_is_named_with_the_way_out(pets, which):
    broken(pets / "cat")
    for other in {"0", "1", "2"} - {which}:
        (pets / "cat" / f"{other}.png").unlink()
    with pytest.raises(ValueError, match=f"cat/{which}.png.*Repair or remove this file, or .*skip_unreadable=True"):
        folder(pets)


def test_unreadable_files_are_skipped_and_noted_on_request(pets):
    broken(pets / "cat")
    (pets / "dog" / "4.png").write_bytes(b"")
    data = folder(pets, skip_unreadable=True, test_fraction=0.5)
    whole = data.everything()
    assert np.bincount(whole.labels).tolist() == [2, 4]
    assert (whole.images[whole.labels == 0] == [255, 0, 0]).all()
    assert (whole.images[whole.labels == 1] == [0, 0, 255]).all()
    skipped = [note for note in data.notes if note.startswith("skipped: ")]
    assert len(skipped) == 4
    for name in ("cat/0.png", "cat/1.png", "cat/2.png", "dog/4.png"):
        assert sum(name in note for note in skipped) == 1


def test_a_class_that_skipping_empties_is_refused(pets):
    for file in (pets / "cat").iterdir():
        file.write_bytes(b"")
    with pytest.raises(ValueError, match="no picture of class 'cat' could be read"):
        folder(pets, skip_unreadable=True)
    for file in (pets / "dog").iterdir():
        file.write_bytes(b"")
    with pytest.raises(ValueError, match="no picture of class 'cat' could be read"):
        folder(pets, skip_unreadable=True)


def test_folders_that_are_no_data_set(tmp_path, pets):
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        folder(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="is not a folder"):
        folder(pets / "cat" / "0.png")
    with pytest.raises(ValueError, match=r"at least two subfolders, one for each class.*it has none"):
        folder(pets / "cat")
    with pytest.raises(ValueError, match="it has only one, pets"):
        folder(tmp_path)
    with pytest.raises(ValueError, match="has no subfolder with pictures in it"):
        folder(pets / "cat", class_names=("cat", "dog"))
    (pets / "owl").mkdir()
    with pytest.raises(ValueError, match=r"owl has no picture in it; adim reads \.png"):
        folder(pets)


def test_impossible_forms_are_refused_even_when_skipping(pets):
    with pytest.raises(ValueError, match="channels must be 1"):
        folder(pets, channels=2, skip_unreadable=True)
    with pytest.raises(ValueError, match="size must be"):
        folder(pets, size=(0, 1), skip_unreadable=True)


def test_names_that_are_no_text(pets):
    odd = "\udcff.txt"  # how Python spells a file name with the byte ff
    (pets / "cat" / odd).write_text("")
    notes = folder(pets).notes
    assert "\\udcff.txt" in notes[0]
    "".join(notes).encode()  # can be written into a report
