import numpy as np
import pytest

from adim.layers import Add, Concatenate, Dense, Input


@pytest.mark.parametrize("count", [2, 3])
def test_gradients(check_layer, count):
    check_layer(Add(), [(2, 3)] * count)
    check_layer(Concatenate(), [(2, 3)] * count)


def test_gradients_of_unlike_parts(check_layer):
    check_layer(Concatenate(), [(2, 2, 3), (2, 2, 1)])
    check_layer(Concatenate(axis=1), [(3, 2), (1, 2), (2, 2)])


def test_add_changes_no_input():
    a, b, c = np.array([[1.0]]), np.array([[2.0]]), np.array([[4.0]])
    assert Add().forward([a, b, c])[0].item() == 7
    assert (a.item(), b.item(), c.item()) == (1, 2, 4)


def test_called_on_places():
    a, b = Input((4, 4, 2)), Input((4, 4, 3))
    assert Concatenate()([a, b]).shape == (None, 4, 4, 5)
    assert Concatenate(axis=3)([a, b]).shape == (None, 4, 4, 5)
    assert Add()([a, a]).shape == (None, 4, 4, 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda a, b: Add()([a, b]), r"Add cannot follow .*\(4, 2\), \(4, 3\).*: all inputs of Add must have the same"),
        (lambda a, b: Add()(a), "a list of at least two inputs was expected, got 1"),
        (lambda a, b: Concatenate(axis=1)([a, b]), "may differ along axis 1 only"),
        (lambda a, b: Concatenate()([a, Input((4,))]), "may differ along axis -1 only"),
        (lambda a, b: Concatenate(axis=3)([a, b]), "axis must be -1 or from 1 to 2; got 3"),
        (lambda a, b: Concatenate(axis=0), "as axis 0 is that of the batch; got 0"),
        (lambda a, b: Concatenate(axis=-2), r"axis must be -1 \(the last\) or at least 1, .*; got -2"),
        (lambda a, b: Dense(2)([a, b]), "Dense takes one input; got 2"),
    ],
)
def test_bad_inputs(make, message):
    with pytest.raises(ValueError, match=message):
        make(Input((4, 2)), Input((4, 3)))
