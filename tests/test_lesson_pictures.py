"""The lessons' pictures show the right numbers in the right cells, and every one of them can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from seen import assert_readable, overlaps

from adim import plots, steps

RNG = np.random.default_rng(0)
LANGUAGES = ("en", "tr")
HOSTILE = np.array([[-0.12345, -1.2345e-10, 123456, -999999], [1e20, -1.23e-300, 0.000123, -0.0], [7, -8, 1e6, 2 / 3]])


def whole(*shape: int) -> np.ndarray:
    return RNG.integers(-9, 10, shape)


def floats(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape)


def conv(n_H: int, n_W: int, f: int, stride: int, pad: int, h: int, w: int, numbers: Any = floats) -> tuple[Any, ...]:
    output = [(n + 2 * pad - f) // stride + 1 for n in (n_H, n_W)]
    return numbers(n_H, n_W), numbers(f, f), numbers(*output), stride, pad, h, w


def pool(n_H: int, n_W: int, f: int, stride: int, mode: str, numbers: Any = floats) -> tuple[Any, ...]:
    output = [(n - f) // stride + 1 for n in (n_H, n_W)]
    return numbers(n_H, n_W), numbers(*output), f, stride, mode


POOLS = {
    "2 x 2": pool(4, 4, 2, 2, "max", whole),
    "ties": (np.ones((4, 4)), whole(2, 2), 2, 2, "max"),
    "overlapping": pool(5, 4, 3, 1, "max"),
    "apart": pool(5, 7, 1, 3, "max"),
    "large": pool(12, 12, 2, 1, "max"),
    "mean": pool(4, 6, 2, 2, "average"),
    "mean, overlapping": pool(5, 5, 3, 1, "average", whole),
    "mean, large": pool(12, 11, 3, 1, "average"),
    "mean, many windows": pool(5, 5, 4, 1, "average", whole),
    "global": pool(3, 2, 2, 1, "average"),
    "one cell": pool(1, 1, 1, 1, "max", whole),
}
CONVOLUTIONS = {
    "stride 2": conv(5, 5, 3, 2, 1, 1, 1, whole),
    "no padding": conv(3, 3, 2, 1, 0, 0, 1),
    "one cell": conv(1, 1, 1, 1, 0, 0, 0),
    "in the frame": conv(4, 6, 2, 3, 3, 2, 3, whole),
    "large": conv(8, 8, 4, 1, 2, 8, 8),
    "a filter as large as the image": conv(4, 4, 4, 1, 0, 0, 0),
}
PICTURES: dict[str, tuple[Callable[..., Figure], tuple[Any, ...]]] = {
    "padding": (plots.padding, (whole(3, 3), 1)),
    "padding, none": (plots.padding, (floats(2, 5), 0)),
    "padding, large": (plots.padding, (floats(6, 4), 3)),
    "padding, one cell": (plots.padding, ([[True]], 1)),
    "padding, hostile numbers": (plots.padding, (HOSTILE, 1)),
    "step": (plots.single_step, (whole(3, 3), whole(3, 3), 0.5)),
    "step, channels": (plots.single_step, (floats(3, 3, 4), floats(3, 3, 4), floats(1, 1, 1))),
    "step, one cell": (plots.single_step, ([[2]], [[3]], 1)),
    "step, large": (plots.single_step, (floats(12, 12), floats(12, 12), -0.12345)),
    "step, hostile numbers": (plots.single_step, (HOSTILE[:, :3], HOSTILE[:, 1:], -1e-300)),
    **{f"gradient of a convolution, {name}": (plots.conv_gradient, call) for name, call in CONVOLUTIONS.items()},
    **{f"gradient of a pooling, {name}": (plots.pool_gradient, call) for name, call in POOLS.items()},
    **{f"pooling, {name}": (plots.pooling, (A, *call)) for name, (A, _, *call) in POOLS.items()},
    "window": (plots.window, (whole(5, 5), 3, 2, 1, 1, 1)),
    "window, first": (plots.window, (whole(3, 3), 1, 1, 0, 0, 0)),
    "window, last": (plots.window, (whole(3, 4), 1, 1, 0, 2, 3)),
    "window, lower left": (plots.window, (floats(6, 5), 1, 2, 2, 4, 0)),
    "window, upper right": (plots.window, (floats(12, 12), 3, 1, 0, 0, 9)),
    "window, the only one": (plots.window, ([[-0.12345]], 1, 1, 0, 0, 0)),
}


@pytest.mark.parametrize(
    ("name", "lang"), [(name, lang) for name in PICTURES for lang in LANGUAGES if "large" not in name or lang == "tr"]
)
def test_every_word_can_be_read_and_arguments_stay_as_they_are(name: str, lang: str, monkeypatch: pytest.MonkeyPatch):
    function, call = PICTURES[name]
    before = [np.array(argument) for argument in call]
    figure = function(*call, lang=lang)
    for argument, copy in zip(call, before, strict=True):
        np.testing.assert_array_equal(argument, copy)
    seen = assert_readable(figure, monkeypatch)
    lines = strokes(figure)
    assert [(text, line) for text, box in seen.items() for line in lines if crosses(line, box)] == []
    dots = [dot for line in figure.findobj(Line2D) if line.get_marker() == "." for dot in around(line)]
    assert [list(seen)[i] for i, _ in np.argwhere(overlaps(list(seen.values()), dots))] == []


@pytest.mark.parametrize("dpi", [72, 110, 300])
def test_no_word_is_cut_off_at_another_resolution(dpi: int, monkeypatch: pytest.MonkeyPatch):
    figure = plots.pool_gradient([[1]], [[2]], 1, 1, lang="tr")  # a note that is longer than the grids
    figure.dpi = dpi
    assert_readable(figure, monkeypatch)


def strokes(figure: Figure) -> list[np.ndarray]:
    """Return the lines of a picture, frames and those between cells, each as its points in pixels."""
    points = [pixels(line) for line in figure.findobj(Line2D) if line.get_linestyle() != "None"]
    for lines in figure.findobj(LineCollection):
        points += [lines.get_transform().transform(path.vertices) for path in lines.get_paths()]
    return points


def crosses(points: np.ndarray, box: Bbox) -> bool:
    """Say whether a line, all of whose parts lie level or upright, goes through a box."""
    low, high = np.minimum(points[:-1], points[1:]), np.maximum(points[:-1], points[1:])
    return bool(((low < box.max - 0.5) & (high > box.min + 0.5)).all(axis=1).any())


def around(line: Line2D) -> list[Bbox]:
    radius = line.get_markersize() / 4 * line.figure.dpi / 72  # matplotlib draws "." at half the size
    return [Bbox.from_extents(x - radius, y - radius, x + radius, y + radius) for x, y in pixels(line)]


def pixels(line: Line2D) -> np.ndarray:
    return line.get_transform().transform(line.get_xydata())


class Seen(NamedTuple):
    """A grid as it is drawn: its name, the note beside it, what its cells say and how they are marked."""

    name: str
    note: str
    cells: np.ndarray
    bold: np.ndarray
    tags: np.ndarray
    filled: np.ndarray
    hatched: np.ndarray
    frames: list[tuple[tuple[slice, slice], str]]

    @property
    def numbers(self) -> np.ndarray:
        return np.vectorize(lambda text: float(text.replace("−", "-")) if text else np.nan)(self.cells)


def grids(figure: Figure) -> list[Seen]:
    """Read the grids of a figure, from where their lines, texts and shades lie."""
    (axes,) = figure.axes
    found = []
    for frame in (line for line in axes.lines if line.get_linewidth() == 0.6):
        left, top, right, bottom = *frame.get_xydata().min(axis=0), *frame.get_xydata().max(axis=0)

        def inside(x: float, y: float, box: tuple[float, ...] = (left, top, right, bottom)) -> bool:
            return box[0] - 0.01 <= x <= box[2] + 0.01 and box[1] - 0.01 <= y <= box[3] + 0.01

        inner = [text for text in axes.texts if inside(*text.get_position())]
        numbers = [text for text in inner if text.get_ha() == "center"]
        rows, columns = (len({round(text.get_position()[axis], 3) for text in numbers}) for axis in (1, 0))
        step = np.array([(right - left) / columns, (bottom - top) / rows])

        def cell(x: float, y: float, corner: Any = (left, top), step: Any = step) -> tuple[int, int]:
            j, i = np.floor((np.array([x, y]) - corner) / step + 1e-6).astype(int)
            return i, j

        seen = {name: np.full((rows, columns), "", object) for name in ("cells", "tags")}
        bold, filled, hatched = (np.zeros((rows, columns), bool) for _ in range(3))
        for text in inner:
            at = cell(*text.get_position())
            seen["cells" if text in numbers else "tags"][at] = text.get_text()
            if text in numbers:
                bold[at] = text.get_fontweight() == "bold"
        for patch in (patch for patch in axes.patches if isinstance(patch, Polygon)):
            (x, y), (end, below) = patch.get_xy().min(axis=0), patch.get_xy().max(axis=0)
            if inside(x, y) and inside(end, below):
                (i, j), (k, m) = cell(x, y), cell(end, below)
                (hatched if patch.get_hatch() else filled)[i:k, j:m] = True
        frames = []
        for line in axes.lines:
            x, y = line.get_xydata().T
            if line is not frame and len(x) == 5 and all(map(inside, x, y)) and line.get_linestyle() != "None":
                (i, j), (k, m) = cell(x.min(), y.min()), cell(x.max(), y.max())
                frames.append(((slice(i, k), slice(j, m)), line.get_linestyle()))
        head = sorted(
            (text for text in axes.texts if -6 < text.get_position()[1] - top < 0),
            key=lambda text: text.get_position()[0],
        )
        (here,) = [i for i, text in enumerate(head) if abs(text.get_position()[0] - left) < 0.01]
        note = head[here + 1].get_text() if head[here + 1 :] and head[here + 1].get_fontsize() == 7 else ""
        found.append(
            Seen(head[here].get_text(), note, **seen, bold=bold, filled=filled, hatched=hatched, frames=frames)
        )
    return found


def said(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def assert_shown(grid: Seen, expected: np.ndarray):
    """Compare with numbers of three digits."""
    np.testing.assert_allclose(grid.numbers, expected, rtol=0.0051, atol=1e-14 * np.nanmax(np.abs(expected)))


def batch(channel: np.ndarray) -> np.ndarray:
    return channel[np.newaxis, :, :, np.newaxis]


# -- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pad", [0, 1, 3])
def test_padding_shows_the_image_and_its_frame(pad: int):
    X = floats(3, 5)
    before, after = grids(plots.padding(X, pad))
    assert (before.name, before.note, after.name, after.note) == (
        "X",
        "3 × 5",
        "X_pad",
        f"{3 + 2 * pad} × {5 + 2 * pad}",
    )
    assert_shown(before, X)
    assert_shown(after, np.pad(X, pad))
    np.testing.assert_array_equal(after.hatched, np.pad(np.zeros(X.shape, bool), pad, constant_values=True))
    assert after.frames == [((slice(pad, pad + 3), slice(pad, pad + 5)), "-")]


@pytest.mark.parametrize(("f", "stride", "pad", "h", "w"), [(3, 2, 1, 1, 1), (2, 1, 0, 0, 3), (1, 3, 2, 2, 0)])
def test_a_window_is_marked_and_its_corners_are_named(f: int, stride: int, pad: int, h: int, w: int):
    A_prev = whole(5, 5)
    figure = plots.window(A_prev, f, stride, pad, h, w)
    image, output = grids(figure)
    window = np.s_[h * stride : h * stride + f, w * stride : w * stride + f]
    n = (5 + 2 * pad - f) // stride + 1
    assert_shown(image, np.pad(A_prev, pad))
    assert image.frames == [(window, "-")]
    assert image.bold.sum() == f * f
    assert image.bold[window].all()
    assert output.cells.tolist() == [[f"{i}, {j}" for j in range(n)] for i in range(n)]
    assert output.frames == [(np.s_[h : h + 1, w : w + 1], "-")]
    corners = dict(text.split(" = ") for text in said(figure) if re.match("(vert|horiz)_[a-z]+ =", text))
    assert corners == {
        "vert_start": str(h * stride), "vert_end": str(h * stride + f),
        "horiz_start": str(w * stride), "horiz_end": str(w * stride + f),
    }  # fmt: skip
    assert f"n_H = ⌊(5 + 2 · {pad} − {f}) / {stride}⌋ + 1 = {n}" in said(figure)
    (dots,) = [line for line in figure.axes[0].lines if line.get_marker() == "."]
    assert len(dots.get_xdata()) == n * n - 1


@pytest.mark.parametrize("shape", [(2, 2), (3, 3, 1), (3, 3, 3)])
def test_a_step_is_products_their_sum_and_the_bias(shape: tuple[int, ...]):
    window, kernel, b = floats(*shape), floats(*shape), floats(1, 1, 1)
    seen = grids(plots.single_step(window, kernel, b))
    window, kernel = window.reshape(*shape[:2], -1), kernel.reshape(*shape[:2], -1)
    expected = []
    for c in range(window.shape[2]):
        s = window[:, :, c] * kernel[:, :, c]
        expected += [window[:, :, c], kernel[:, :, c], s, np.array([[s.sum()]])]
    if window.shape[2] > 1:
        expected += expected[3::4]
    expected += [b[0], np.array([[steps.conv_single_step(window, kernel, b)]])]
    assert [grid.cells.shape for grid in seen] == [array.shape for array in expected]
    for grid, array in zip(seen, expected, strict=True):
        assert_shown(grid, array)
    assert [grid.name for grid in seen[:4]] == ["a_slice_prev", "W", "a_slice_prev * W", "sum"]
    assert [grid.name for grid in seen[-2:]] == ["b", "Z"]


def winners(A_prev: np.ndarray, f: int, stride: int, mode: str) -> dict[tuple[int, int], np.ndarray]:
    """Return for each entry of the output where in the image it comes from."""
    masks = {}
    for h in range((A_prev.shape[0] - f) // stride + 1):
        for w in range((A_prev.shape[1] - f) // stride + 1):
            window = np.s_[h * stride : h * stride + f, w * stride : w * stride + f]
            masks[h, w] = np.zeros(A_prev.shape, bool)
            masks[h, w][window] = steps.create_mask_from_window(A_prev[window]) if mode == "max" else True
    return masks


@pytest.mark.parametrize("name", POOLS)
def test_pooling_marks_the_winners_of_each_window(name: str):
    A_prev, _, f, stride, mode = POOLS[name]
    image, pooled = grids(plots.pooling(A_prev, f, stride, mode))
    A, _ = steps.pool_forward(batch(np.asarray(A_prev)), {"f": f, "stride": stride}, mode)
    assert_shown(image, A_prev)
    assert_shown(pooled, A[0, :, :, 0])
    masks = winners(A_prev, f, stride, mode)
    np.testing.assert_array_equal(image.filled, np.any(list(masks.values()), axis=0))
    if mode == "max":
        np.testing.assert_array_equal(image.bold, image.filled)
    assert_lettered(image, pooled, masks)
    windows = [np.s_[h * stride : h * stride + f, w * stride : w * stride + f] for h, w in masks]
    assert image.frames == ([(window, "-") for window in windows] if stride >= f else [(windows[0], "--")])


def assert_lettered(image: Seen, output: Seen, masks: dict[tuple[int, int], np.ndarray]):
    """Check that each window's letter stands where it is taken from, or that there are no letters at all."""
    if len(masks) > 26 or np.sum(list(masks.values()), axis=0).max() > 9:
        assert set(image.tags.flat) | set(output.tags.flat) == {""}
        return
    assert len(set(output.tags.flat)) == len(masks)
    for at, mask in masks.items():
        np.testing.assert_array_equal(np.vectorize(lambda tag, at=at: output.tags[at] in tag)(image.tags), mask)


@pytest.mark.parametrize("name", POOLS)
def test_a_pooling_s_gradient_goes_back_to_where_the_output_came_from(name: str):
    A_prev, dA, f, stride, mode = POOLS[name]
    figure = plots.pool_gradient(*POOLS[name])
    *images, sent, received = grids(figure)
    cache = batch(A_prev), {"f": f, "stride": stride}
    assert_shown(sent, dA)
    assert_shown(received, steps.pool_backward(batch(dA), cache, mode)[0, :, :, 0])
    masks = winners(A_prev, f, stride, mode)
    np.testing.assert_array_equal(received.filled, np.any(list(masks.values()), axis=0))
    assert_lettered(received, sent, masks)
    assert len(images) == (mode == "max")
    for image in images:
        assert_shown(image, A_prev)
        np.testing.assert_array_equal(image.filled, received.filled)


def test_what_cancels_out_is_printed_as_zero():
    dA = np.array([[0.3, -0.1, -0.2]])
    (_, received) = grids(plots.pool_gradient(np.ones((3, 5)), dA, 3, 1, "average"))
    assert np.sum(dA / 9) != 0
    assert received.cells[:, 2].tolist() == ["0", "0", "0"]


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_a_convolution_s_gradient_flows_into_the_window_and_the_filter(name: str):
    A_prev, W, dZ, stride, pad, h, w = CONVOLUTIONS[name]
    seen = grids(plots.conv_gradient(*CONVOLUTIONS[name]))
    sent, image, kernel, factor, to_image, image_sum, piece, again, to_filter, filter_sum = seen
    f = W.shape[0]
    window = np.s_[h * stride : h * stride + f, w * stride : w * stride + f]
    padded = np.pad(A_prev, pad)
    for grid, expected in (sent, dZ), (image, padded), (kernel, W), (piece, padded[window]):
        assert_shown(grid, expected)
    for grid in factor, again:
        assert grid.name == f"dZ[{h}, {w}]"
        assert_shown(grid, dZ[h : h + 1, w : w + 1])
    added = np.full(padded.shape, np.nan)  # cells that get nothing are empty
    added[window] = W * dZ[h, w]
    assert_shown(to_image, added)
    assert_shown(to_filter, padded[window] * dZ[h, w])
    cache = batch(A_prev), W[:, :, np.newaxis, np.newaxis], np.zeros((1, 1, 1, 1)), {"stride": stride, "pad": pad}
    dA_prev, dW, _ = steps.conv_backward(batch(dZ), cache)
    inner = image_sum.numbers[pad : pad + A_prev.shape[0], pad : pad + A_prev.shape[1]]
    np.testing.assert_allclose(inner, dA_prev[0, :, :, 0], rtol=0.0051)
    assert_shown(filter_sum, dW[:, :, 0, 0])
    assert sent.frames == [(np.s_[h : h + 1, w : w + 1], "-")]
    assert image.frames == [(window, "-")]
    assert to_image.frames == image_sum.frames == [(window, "--")]
    assert image.hatched.sum() == to_image.hatched.sum() == image_sum.hatched.sum() == padded.size - A_prev.size


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (3, "3"), (-0.0, "0"), (-7.0, "−7"), (-0.12345, "−0.123"), (999999, "999999"), (1e6, "1e6"),
        (1234.5, "1.23e3"), (-1.2345e-10, "−1.23e−10"), (0.1 + 0.2, "0.3"), (True, "1"),
    ],
)  # fmt: skip
def test_numbers_are_printed_short(number: float, printed: str):
    (before, _) = grids(plots.padding([[number]], 0))
    assert before.cells.tolist() == [[printed]]


# -- what is refused ---------------------------------------------------------------------------------------------------

X = np.ones((4, 4))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: plots.padding(np.ones((2, 3, 3, 1)), 1), ValueError, r"got \(2, 3, 3, 1\). Take X\[0, :, :, 0\]"),
        (lambda: plots.padding(np.ones((3, 3, 1)), 1), ValueError, r"got \(3, 3, 1\). Take X\[:, :, 0\]"),
        (lambda: plots.padding(np.ones(3), 1), ValueError, r"X must have shape \(n_H, n_W\); got \(3,\)"),
        (lambda: plots.padding(np.ones((0, 3)), 1), ValueError, r"at least one cell; got shape \(0, 3\)"),
        (lambda: plots.padding([["a"]], 1), TypeError, "X must hold real numbers"),
        (lambda: plots.padding([[1, np.nan]], 1), ValueError, r"X must hold finite numbers; got nan at \(0, 1\)"),
        (lambda: plots.padding(X, -1), ValueError, "pad must be at least 0; got -1"),
        (lambda: plots.padding(X, 1.0), TypeError, "pad must be an integer; got 1.0"),
        (lambda: plots.padding(np.ones((13, 4)), 0), ValueError, "X has 13 x 4 cells, more than the 12 x 12"),
        (
            lambda: plots.padding(X, 10**9),
            ValueError,
            "cells with its frame of 1000000000, .* draw a piece of it, or pad less",
        ),
        (lambda: plots.window(X, 3, 1, 0, 2, 0), ValueError, r"the output has 2 x 2 entries.*; got h = 2, w = 0"),
        (lambda: plots.window(X, 3, 1, 0, -1, 0), ValueError, "h must be at least 0"),
        (lambda: plots.window(X, 5, 1, 0, 0, 0), ValueError, "spans 5 x 5 cells, but the image has 4 x 4"),
        (lambda: plots.window(X, 2, 0, 0, 0, 0), ValueError, "stride must be at least 1"),
        (lambda: plots.single_step(X, np.ones((3, 3)), 0), ValueError, r"same shape; got \(4, 4\) and \(3, 3\)"),
        (lambda: plots.single_step(X, X, [1, 2]), ValueError, r"b must be one number; got shape \(2,\)"),
        (lambda: plots.single_step(X, X, [[[np.inf]]]), ValueError, "b must hold finite numbers"),
        (lambda: plots.single_step(X, X, "1"), TypeError, "b must hold real numbers"),
        (
            lambda: plots.single_step(np.ones((2, 2, 5)), np.ones((2, 2, 5)), 0),
            ValueError,
            r"5 channels, more than the 4 that fit into a picture: draw some of them, as a_slice_prev\[:, :, :4\]",
        ),
        (lambda: plots.single_step(np.ones((2, 2, 0)), X, 0), ValueError, "at least one cell"),
        (lambda: plots.pooling(X, 2, 2, "min"), ValueError, 'mode must be "max" or "average"; got \'min\''),
        (lambda: plots.pooling(X, 2.0, 2), TypeError, "f must be an integer"),
        (lambda: plots.pool_gradient(X, X, 2, 2), ValueError, r"dA must have the shape of the output, \(2, 2\); got"),
        (
            lambda: plots.conv_gradient(X, np.ones((2, 2, 1, 1)), X, 1, 0, 0, 0),
            ValueError,
            r"W must have shape .* Take W\[:, :, 0, 0\]",
        ),
        (lambda: plots.conv_gradient(X, np.ones((2, 3)), X, 1, 0, 0, 0), ValueError, r"W must be a square filter"),
        (lambda: plots.conv_gradient(X, np.ones((2, 2)), X, 1, 0, 0, 0), ValueError, r"dZ must have the shape of the"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call: Callable[[], Figure], error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        call()
