import math
import string

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from adim.history import History


def record(*rows):
    history = History()
    for epoch, logs in rows:
        history.append(epoch, logs)
    return history


def same(a, b):
    assert a.epoch == b.epoch
    assert list(a.history) == list(b.history)
    for name, column in a.history.items():
        np.testing.assert_array_equal(column, b.history[name])


def test_columns_are_as_long_as_the_epochs():
    history = record((0, {"loss": 2.0}), (1, {"val_loss": 3.0}), (2, {"loss": 1.0, "val_loss": 2.0}))
    assert history.epoch == [0, 1, 2]
    assert history.history == {
        "loss": [2.0, pytest.approx(math.nan, nan_ok=True), 1.0],
        "val_loss": [pytest.approx(math.nan, nan_ok=True), 3.0, 2.0],
    }


def test_numbers_are_plain_floats():
    history = record((np.int64(0), {"loss": np.float32(0.5)}))
    assert type(history.history["loss"][0]) is float
    assert type(history.epoch[0]) is int


def test_the_file(tmp_path):
    record((0, {"loss": 0.1, "accuracy": 1}), (1, {"loss": 1e-20})).write_csv(tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_bytes() == b"epoch,loss,accuracy\n0,0.1,1.0\n1,1e-20,nan\n"


def test_an_existing_file_is_replaced_or_kept(tmp_path):
    path = tmp_path / "history.csv"
    record((0, {"loss": 5.0})).write_csv(path)
    record((0, {"loss": 4.0})).write_csv(path)
    broken = record((0, {"loss": 1.0}))
    broken.history["loss"].append(2.0)  # columns of different lengths: writing fails halfway
    with pytest.raises(ValueError, match="argument"):
        broken.write_csv(path)
    assert path.read_text() == "epoch,loss\n0,4.0\n"
    assert list(tmp_path.iterdir()) == [path]


NAMES = st.text(string.ascii_letters + ' ,;"_\n', min_size=1, max_size=5).filter(lambda name: name != "epoch")


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 10**6), st.dictionaries(NAMES, st.floats(), max_size=4)),
        max_size=5,
    ),
    separator=st.sampled_from([",", ";", "\t"]),
)
def test_what_is_written_is_read(tmp_path_factory, rows, separator):
    path = tmp_path_factory.mktemp("history") / "history.csv"
    history = record(*rows)
    history.write_csv(path, separator)
    same(History.read_csv(path, separator), history)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no history: its first line must name different columns"),
        (b"loss,accuracy\n1,2\n", "the first 'epoch', separated by ','; got"),
        (b"epoch;loss\n0;1\n", "separated by ','"),
        (b"epoch,loss,loss\n0,1,2\n", "different columns"),
        (b"epoch,loss\n0,1\n1,\n", r"line 3: expected 2 numbers, got \['1', ''\]"),
        (b"epoch,loss\n0\n", "line 2: expected 2 numbers"),
        (b"epoch,loss\n0,1,2\n", "line 2: expected 2 numbers"),
        (b"epoch,loss\n\n0,1\n", r"line 2: expected 2 numbers, got \[\]"),
        (b"epoch,loss\n0.5,1\n", "line 2: expected 2 numbers"),
        (b"epoch,loss\n0,\xff\n", "is no CSV file"),
        (b'epoch,loss\n0,"1', "is no CSV file"),
    ],
)
def test_other_files_are_named(tmp_path, content, message):
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        History.read_csv(path)
    assert str(path) in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        History.read_csv(tmp_path / "none.csv")
