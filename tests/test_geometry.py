"""Where the windows lie, against windows laid by hand and by the oracle."""

import numpy as np
import oracle
import pytest
from hypothesis import given, strategies as st

from adim.geometry import Axis, integer, pair, pool_window, transposed_window, window

small = st.integers(1, 4)
pads = st.integers(0, 3)
pairs = st.tuples(pads, pads)


def cells_by_hand(axis):
    """List for each window the cell that each tap has, None where it has none."""
    steps = [
        [w * axis.stride + tap * axis.dilation - axis.before for tap in range(axis.taps)] for w in range(axis.output)
    ]
    return [[cell if 0 <= cell < axis.size else None for cell in cells] for cells in steps]


def cells_by_inside(axis):
    cells = [[None] * axis.taps for _ in range(axis.output)]
    for tap in range(axis.taps):
        meeting, places = axis.inside(tap)
        met, placed = range(axis.output)[meeting], range(axis.size)[places]
        assert len(met) == len(placed)
        for which, cell in zip(met, placed, strict=True):
            cells[which][tap] = cell
    return cells


@given(st.integers(0, 9), small, small, small, st.integers(0, 5), st.integers(0, 7))
def test_inside_finds_the_cells_of_each_tap(size, taps, stride, dilation, before, output):
    axis = Axis(size, taps, stride, dilation, before, 0, output)
    assert cells_by_inside(axis) == cells_by_hand(axis)


def test_inside_where_the_filter_lies_in_padding_only():
    axis = Axis(size=2, taps=2, stride=5, dilation=1, before=4, after=9, output=3)  # cells -4 -3, 1 2, 6 7
    assert cells_by_inside(axis) == [[None, None], [1, None], [None, None]]


def test_extent_and_reach():
    axis = Axis(size=9, taps=3, stride=2, dilation=2, before=1, after=0, output=3)
    assert axis.extent == 5  # taps at 0, 2, 4
    assert axis.reach == 9  # the last window starts at 4
    assert axis._replace(output=0).reach == 0


paddings = st.one_of(
    st.sampled_from(["valid", "same", "same_lower"]),
    pads,
    pairs,
    st.tuples(pairs, pairs),
    st.lists(pads, min_size=2, max_size=2),
)


@given(
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    st.tuples(small, small),
    st.tuples(small, small),
    paddings,
    small | st.tuples(small, small),
)
def test_a_convolution_has_as_many_windows_as_fit(image, taps, strides, padding, dilation_rate):
    spans = oracle.extents(taps, dilation_rate)
    sides = oracle.pads(padding, image, spans, strides)
    room = [n + sum(side) for n, side in zip(image, sides, strict=True)]
    if any(n and span > cells for n, span, cells in zip(image, spans, room, strict=True)):
        with pytest.raises(ValueError, match=f"filter spans {spans[0]} x {spans[1]} cells.*has {room[0]} x {room[1]}"):
            window(image, taps, strides=strides, padding=padding, dilation_rate=dilation_rate)
        return
    windows = window(image, taps, strides=strides, padding=padding, dilation_rate=dilation_rate)
    assert windows.output == oracle.output(image, taps, strides, padding, dilation_rate)
    assert windows.taps == taps
    assert [(axis.before, axis.after) for axis in windows[:2]] == list(sides)
    if padding in ("same", "same_lower"):
        assert windows.output == tuple(-(-n // stride) for n, stride in zip(image, strides, strict=True))


@pytest.mark.parametrize(
    ("n", "taps", "stride", "dilation", "output", "upper", "lower"),
    [
        (5, 3, 1, 1, 5, (1, 1), (1, 1)),
        (5, 2, 1, 1, 5, (0, 1), (1, 0)),  # the odd cell: at the end, or at the start
        (5, 4, 1, 1, 5, (1, 2), (2, 1)),
        (5, 3, 2, 1, 3, (1, 1), (1, 1)),
        (6, 3, 2, 1, 3, (0, 1), (1, 0)),
        (224, 7, 2, 1, 112, (2, 3), (3, 2)),
        (7, 1, 3, 1, 3, (0, 0), (0, 0)),  # a stride longer than the filter asks for no padding
        (5, 2, 1, 3, 5, (1, 2), (2, 1)),  # spans 4
        (1, 5, 1, 1, 1, (2, 2), (2, 2)),  # a filter larger than the image
        (0, 3, 1, 1, 0, (0, 0), (0, 0)),
    ],
)
def test_same_by_hand(n, taps, stride, dilation, output, upper, lower):
    for padding, expected in (("same", upper), ("same_lower", lower)):
        for axis in window((n, n), taps, strides=stride, padding=padding, dilation_rate=dilation)[:2]:
            assert axis.output == output
            assert (axis.before, axis.after) == expected


@pytest.mark.parametrize(
    ("n", "taps", "stride", "padding", "floor", "ceil"),
    [
        (5, 2, 2, 0, 2, 3),
        (4, 2, 2, 0, 2, 2),
        (9, 3, 1, 1, 9, 9),
        (6, 4, 2, 2, 4, 4),
        (9, 6, 3, 2, 3, 4),  # the last window holds cells 7 and 8
        (2, 2, 3, 1, 1, 1),  # another would start at cell 2, in the end padding
        (3, 2, 3, 1, 2, 2),
        (4, 3, 5, 1, 1, 1),  # another would start at cell 4
        (5, 3, 5, 1, 1, 2),  # another starts at cell 4, the image's last
        (1, 1, 3, 0, 1, 1),
        (0, 2, 2, 1, 0, 0),
    ],
)
def test_ceil_mode_by_hand(n, taps, stride, padding, floor, ceil):
    for ceil_mode, output in ((False, floor), (True, ceil)):
        assert pool_window((n, n), taps, strides=stride, padding=padding, ceil_mode=ceil_mode).output == (
            output,
            output,
        )


@given(st.integers(0, 9), small, small, paddings, st.booleans())
def test_every_window_of_a_pooling_holds_a_cell(n, taps, stride, padding, ceil_mode):
    try:
        windows = pool_window((n, n), taps, strides=stride, padding=padding, ceil_mode=ceil_mode)
    except ValueError:
        return
    size, _ = oracle.pool_windows((1, n, n, 1), taps, stride, padding, ceil_mode=ceil_mode)
    assert windows.output == size
    for axis in windows[:2]:
        for cells in cells_by_hand(axis):
            assert any(cell is not None for cell in cells)


def test_the_stride_of_a_pooling_is_its_window_where_none_is_given():
    assert pool_window((6, 6), (2, 3)).output == (3, 2)


@pytest.mark.parametrize(
    ("n", "taps", "stride", "dilation", "padding", "output_padding", "size", "before"),
    [
        (4, 3, 1, 1, "valid", None, 6, 0),
        (4, 3, 2, 1, "valid", None, 9, 0),
        (4, 2, 3, 1, "valid", None, 12, 0),  # (4 - 1) * 3 + max(2, 3)
        (4, 3, 2, 1, "valid", 1, 10, 0),
        (4, 3, 2, 1, "same", None, 8, 0),
        (4, 5, 2, 1, "same", None, 8, 1),  # 11 cells, three of them cut: one before, two after
        (4, 5, 2, 1, "same_lower", None, 8, 2),
        (4, 4, 2, 1, "same", None, 8, 1),
        (4, 3, 2, 1, "same", 0, 7, 1),  # (4 - 1) * 2 + 3 % 2 + 0
        (4, 3, 2, 1, "same", 1, 8, 0),
        (4, 3, 2, 2, "same", None, 8, 1),
        (4, 3, 2, 1, 1, None, 7, 1),
        (4, 3, 2, 1, 1, 1, 8, 1),
        (0, 3, 2, 1, "valid", None, 0, 0),
        (0, 3, 2, 1, "same", 1, 0, 0),
    ],
)
def test_transposed_by_hand(n, taps, stride, dilation, padding, output_padding, size, before):
    windows = transposed_window(
        (n, n), taps, strides=stride, dilation_rate=dilation, padding=padding, output_padding=output_padding
    )
    for axis in windows[:2]:
        assert (axis.size, axis.before, axis.output) == (size, before, n)


def test_a_step_that_is_never_taken_has_no_length():
    huge = 10**30
    for axis in window((3, 3), 2, strides=huge)[:2] + pool_window((3, 3), 2, strides=huge)[:2]:
        assert (axis.output, axis.stride) == (1, 1)
    for axis in window((3, 3), 1, dilation_rate=huge)[:2]:
        assert (axis.output, axis.dilation) == (3, 1)


GOOD = {
    window: {"image": (5, 6), "taps": 2},
    pool_window: {"image": (5, 6), "taps": 2},
    transposed_window: {"image": (5, 6), "taps": 2},
}


@pytest.mark.parametrize("function", GOOD)
@pytest.mark.parametrize(
    ("keyword", "value", "error", "words"),
    [
        ("taps", 0, ValueError, ["at least 1", "0"]),
        ("taps", (2, 2, 2), ValueError, ["one integer, or two (height, width)", "(2, 2, 2)"]),
        ("taps", 2.0, TypeError, ["integer", "2.0"]),
        ("strides", 0, ValueError, ["strides", "at least 1", "0"]),
        ("strides", (1, 0), ValueError, ["strides", "at least 1", "0"]),
        ("strides", (1,), ValueError, ["strides", "two (height, width)", "(1,)"]),
        ("strides", 1.5, TypeError, ["strides", "integer", "1.5"]),
        ("strides", "2", TypeError, ["strides", "integer", "'2'"]),
        ("strides", True, TypeError, ["strides", "integer", "True"]),
        ("strides", np.array([1, 1]), TypeError, ["strides", "integer", "array([1, 1])"]),
        ("dilation_rate", 0, ValueError, ["dilation_rate", "at least 1", "0"]),
        ("dilation_rate", (1, -1), ValueError, ["dilation_rate", "at least 1", "-1"]),
        ("dilation_rate", None, TypeError, ["dilation_rate", "integer", "None"]),
        ("padding", -1, ValueError, ["padding", "at least 0", "-1"]),
        ("padding", (0, -1), ValueError, ["padding", "at least 0", "-1"]),
        ("padding", ((0, 0), (0, -1)), ValueError, ["padding", "at least 0", "-1"]),
        ("padding", 1.0, TypeError, ["padding", "integer", "1.0"]),
        ("padding", None, TypeError, ["padding", "integer", "None"]),
        ("padding", (1, 1, 1, 1), ValueError, ["(height, width)", "((top, bottom), (left, right))", "(1, 1, 1, 1)"]),
        ("padding", ((1, 1, 1), (1, 1)), ValueError, ["padding", "(1, 1, 1)"]),
        ("padding", "SAME", ValueError, ['"valid", "same", "same_lower"', "'SAME'"]),
        ("padding", "full", ValueError, ['"valid", "same", "same_lower"', "'full'"]),
        ("padding", np.array([1, 1]), TypeError, ["padding", "integer", "array([1, 1])"]),
    ],
)
def test_bad_numbers_are_told_what_was_expected(function, keyword, value, error, words):
    with pytest.raises(error) as caught:
        function(**{**GOOD[function], keyword: value})
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("function", "keywords", "words"),
    [
        (window, {"image": (3, 9), "taps": (4, 2)}, ["filter spans 4 x 2", "3 x 9", "smaller filter or more padding"]),
        (window, {"taps": 9, "padding": (1, 0)}, ["filter spans 9 x 9", "7 x 6", "after padding (5 x 6 before)"]),
        (window, {"taps": 3, "dilation_rate": 3}, ["filter spans 7 x 7", "5 x 6"]),
        (window, {"groups": 0}, ["groups", "at least 1"]),
        (pool_window, {"taps": (2, 7)}, ["window spans 2 x 7", "5 x 6"]),
        (pool_window, {"taps": 2, "padding": 2}, ["padding must be smaller than the window", "2", "2 x 2"]),
        (pool_window, {"taps": 3, "padding": ((0, 3), (0, 0))}, ["padding must be smaller than the window", "3 x 3"]),
        (transposed_window, {"strides": 2, "output_padding": 2}, ["output_padding", "smaller than the stride", "2"]),
        (transposed_window, {"output_padding": -1}, ["output_padding", "at least 0", "-1"]),
        (transposed_window, {"image": (1, 1), "padding": 1}, ["leaves nothing", "use less padding"]),
    ],
)
def test_windows_that_do_not_fit_are_told_what_to_do(function, keywords, words):
    with pytest.raises(ValueError) as caught:
        function(**{**GOOD[function], **keywords})
    for word in words:
        assert word in str(caught.value)


def test_numbers_of_numpy_are_numbers():
    assert pair("strides", np.int64(2)) == (2, 2)
    assert pair("strides", [np.uint8(1), 3]) == (1, 3)
    assert type(integer("groups", np.int32(2), at_least=1)) is int
