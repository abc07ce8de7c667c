"""`Images` and `Dataset`: what they accept, what they refuse, and that a split loses and doubles nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from adim.datasets import Dataset, Images


def pictures(m, *shape, dtype=np.uint8):
    return np.zeros((m, *(shape or (4, 5, 3))), dtype)


def numbered(labels):
    """Images whose pixels tell which row they were."""
    rows = np.arange(len(labels))
    pixels = np.stack([rows % 256, rows // 256], axis=-1).reshape(-1, 1, 1, 2).astype(np.uint8)
    return Images(pixels, labels)


def rows_of(images):
    return images.images[:, 0, 0, 0] + 256 * images.images[:, 0, 0, 1].astype(int)


def test_what_goes_in_comes_out():
    x = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)
    images = Images(x, [1, 0], ["no", "yes"])
    assert images.images is x
    assert images.labels.dtype == np.int64
    assert images.labels.tolist() == [1, 0]
    assert images.class_names == ("no", "yes")
    assert images.image_shape == (4, 5, 3)
    assert len(images) == 2


def test_grey_images_get_a_channel_axis_and_classes_get_numbers_for_names():
    images = Images(pictures(3, 4, 5), np.array([0, 2, 1], np.uint8))
    assert images.images.shape == (3, 4, 5, 1)
    assert images.class_names == ("0", "1", "2")


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (4,)])
def test_labels_as_the_course_has_them_are_flattened(shape):
    labels = np.array([0, 1, 1, 0]).reshape(shape)
    assert Images(pictures(4), labels).labels.tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("given_dtype", "kept"),
    [
        ("uint8", "uint8"),
        ("int64", "uint8"),
        ("uint16", "uint8"),
        ("float16", "float32"),
        ("float32", "float32"),
        (">f4", "float32"),
        ("float64", "float64"),
        ("longdouble", "float64"),
    ],
)
def test_pixels_mean_the_same_in_every_dtype(given_dtype, kept):
    x = np.array([0, 7, 255, 128], given_dtype).reshape(2, 2, 1, 1)
    images = Images(x, [0, 1]).images
    assert images.dtype == np.dtype(kept)
    assert images.ravel().tolist() == [0, 7, 255, 128]


def test_booleans_are_black_and_white():
    images = Images(np.array([True, False]).reshape(2, 1, 1, 1), [0, 1]).images
    assert images.dtype == np.uint8
    assert images.ravel().tolist() == [255, 0]


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (pictures(4), [0, 1, 1], r"equally long.*\(4, 4, 5, 3\).*\(3,\)"),
        (np.zeros((4, 784)), [0, 1, 0, 1], r"\(4, 784\).*flattened.*reshape"),
        (np.zeros(4), [0, 1, 0, 1], r"shape \(m, n_H, n_W, n_C\).*got \(4,\)"),
        (np.zeros((4, 2, 2, 3, 1)), [0, 1, 0, 1], r"got \(4, 2, 2, 3, 1\)"),
        (pictures(4, 3, 32, 32), [0, 1, 0, 1], r"channels last.*\(4, 3, 32, 32\).*transpose\(0, 2, 3, 1\)"),
        (pictures(4, 1, 28, 28), [0, 1, 0, 1], r"transpose\(0, 2, 3, 1\)"),
        (pictures(4, 8, 8, 9), [0, 1, 0, 1], r"1 to 4 channels.*\(4, 8, 8, 9\)"),
        (pictures(0), [], "holds no pixel"),
        (pictures(4, 0, 5, 3), [0, 1, 0, 1], "holds no pixel"),
        (np.full((4, 2, 2, 1), np.nan), [0, 1, 0, 1], "0 .black. to 255 .white.; got values from nan"),
        (np.full((4, 2, 2, 1), -1), [0, 1, 0, 1], "got values from -1"),
        (np.full((4, 2, 2, 1), 256), [0, 1, 0, 1], "to 256"),
        (np.full((4, 2, 2, 1), np.inf), [0, 1, 0, 1], "to inf"),
        (np.full((4, 2, 2, 1), "a"), [0, 1, 0, 1], "must hold numbers; got dtype <U1"),
        (np.full((4, 2, 2, 1), None), [0, 1, 0, 1], "must hold numbers; got dtype object"),
        ([[1, 2], [3]], [0, 1], "images must be an array with equally long rows"),
        (pictures(4), [0.0, 1.0, 0.0, 1.0], r"labels must hold integers.*float64.*\[0.0, 1.0, 0.0\].*astype\(int\)"),
        (pictures(4), np.eye(4, dtype=int), r"\(m,\) or \(1, m\); got \(4, 4\).*argmax"),
        (pictures(4), np.zeros((4, 1, 1), int), r"got \(4, 1, 1\)"),
        (pictures(4), [0, 1, -1, 1], "from 0 to the number of classes - 1; got -1 to 1"),
        (pictures(2), [0, 10**9], "got 0 to 1000000000"),
        (pictures(2), np.array([0, 2**64 - 1], np.uint64), "got 0 to 18446744073709551615"),
        (pictures(2), ["cat", "dog"], "labels must hold numbers"),
        (pictures(2), [0, 0], "only one class"),
    ],
)
def test_what_is_no_images_and_labels_is_refused_with_a_reason(images, labels, message):
    with pytest.raises(ValueError, match=message):
        Images(images, labels)


@pytest.mark.parametrize(
    ("class_names", "message"),
    [
        (["a"], "only one class .'a'."),
        (["a", "a"], "same name, 'a'"),
        (["a", "b\n"], "printable"),
        (["a", "\x1b[31mred"], "printable"),
        (["a", " "], "printable"),
        (["a", "b\udcff"], "printable"),
    ],
)
def test_class_names_that_would_break_a_report_are_refused(class_names, message):
    with pytest.raises(ValueError, match=message):
        Images(pictures(2), [0, 0], class_names)


def test_a_label_without_a_class_is_refused():
    with pytest.raises(ValueError, match="class number 2, but there are only 2 classes, 0 to 1: a, b"):
        Images(pictures(3), [0, 1, 2], ["a", "b"])


def test_messages_call_the_arrays_what_the_caller_calls_them():
    with pytest.raises(ValueError, match=r"^f\.h5: y must hold integers"):
        Images(pictures(2), [0.5, 1], called=("f.h5: x", "f.h5: y"))


def test_take_keeps_names_and_order():
    images = Images(pictures(3), [0, 1, 2], ["a", "b", "c"]).take(np.array([2, 0]))
    assert images.labels.tolist() == [2, 0]
    assert images.class_names == ("a", "b", "c")


@given(
    counts=st.lists(st.integers(0, 30), min_size=2, max_size=6).filter(lambda counts: counts[-1] > 0),
    fraction=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**32),
    stratified=st.booleans(),
)
def test_a_split_loses_and_doubles_nothing(counts, fraction, seed, stratified):
    labels = np.repeat(np.arange(len(counts)), counts)
    whole = numbered(labels)
    try:
        rest, part = whole.split(fraction, seed=seed, stratified=stratified)
    except ValueError as error:
        if "leaves one part empty" not in str(error):
            raise
        return
    rows = np.concatenate([rows_of(rest), rows_of(part)])
    assert sorted(rows) == list(range(len(whole)))
    assert (rest.labels == labels[rows_of(rest)]).all()
    assert (part.labels == labels[rows_of(part)]).all()
    assert rest.class_names == part.class_names == whole.class_names
    wanted = round(fraction * len(whole))
    if stratified:
        counts = np.array(counts)
        given_away = np.bincount(part.labels, minlength=len(counts))
        assert (np.abs(given_away - fraction * counts) <= 1 + 1e-9).all()
        assert (given_away < np.maximum(counts, 1)).all()
        # Fewer only where nobody could give more: each class has its share already, or just one image left.
        assert given_away.sum() <= wanted
        could_give = (given_away < fraction * counts - 1e-9) & (given_away < counts - 1)
        assert given_away.sum() == wanted or not could_give.any()
    else:
        assert len(part) == wanted


def test_a_split_follows_its_seed_and_is_in_random_order():
    whole = numbered(np.repeat([0, 1], 50))
    first, again, other = (rows_of(whole.split(0.2, seed=seed)[1]).tolist() for seed in (3, 3, 4))
    assert first == again
    assert first != other
    rest, part = whole.split(0.2, seed=3)
    for one in (rest, part):
        assert rows_of(one).tolist() != sorted(rows_of(one))
        assert set(one.labels[:10]) == {0, 1}


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, float("nan")])
def test_a_fraction_outside_0_and_1_is_refused(fraction):
    with pytest.raises(ValueError, match="fraction must lie between 0 and 1"):
        numbered([0, 1]).split(fraction)


def test_a_split_that_leaves_a_part_empty_is_refused():
    with pytest.raises(ValueError, match=r"fraction of 0.1 of 2 images leaves one part empty"):
        numbered([0, 1]).split(0.1)


def test_relabel_follows_the_names():
    images = Images(pictures(3), [0, 1, 1], ["dog", "cat"]).relabel(["ant", "cat", "dog"])
    assert images.labels.tolist() == [2, 1, 1]
    assert images.class_names == ("ant", "cat", "dog")


def test_relabel_refuses_a_class_it_does_not_know():
    with pytest.raises(ValueError, match="show dog; the classes asked for are cat, ant"):
        Images(pictures(2), [0, 1], ["dog", "cat"]).relabel(["cat", "ant"])


def test_the_parts_of_a_data_set_must_fit():
    train = Images(pictures(2), [0, 1])
    with pytest.raises(ValueError, match=r"pets: .*one shape; got \(4, 5, 3\) and \(4, 5, 1\)"):
        Dataset("pets", train, Images(pictures(2, 4, 5), [0, 1]))
    with pytest.raises(ValueError, match="same classes; got 0, 1 and no, yes"):
        Dataset("pets", train, Images(pictures(2), [0, 1], ["no", "yes"]))


def test_everything_is_both_parts_in_order():
    data = Dataset("n", numbered([0, 1, 1]).take([1, 2]), numbered([0, 1, 1]).take([0]))
    assert rows_of(data.everything()).tolist() == [1, 2, 0]
    assert data.everything().labels.tolist() == [1, 1, 0]


def test_a_data_set_relabels_both_parts_and_keeps_its_notes():
    part = Images(pictures(2), [0, 1], ["b", "a"])
    data = Dataset("pets", part, part.take([1]), ("a note",)).relabel(["a", "b"])
    assert data.train.labels.tolist() == [1, 0]
    assert data.test.labels.tolist() == [0]
    assert data.notes == ("a note",)
