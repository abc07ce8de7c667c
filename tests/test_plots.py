"""Pictures show the data they are given, and every word on them can be read."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.text import Text
from seen import assert_readable, overlaps

from adim import plots
from adim.history import History

RNG = np.random.default_rng(0)
LONG = "a class whose name goes on and on and on, for longer than anybody cares to read"


def falling(epochs: int, to: float = 0.1, noise: float = 0.1, seed: int = 0) -> list[float]:
    rng = np.random.default_rng(seed)
    curve = to + (2.3 - to) * np.exp(-6 * np.arange(epochs) / epochs)
    return (curve * np.exp(noise * rng.standard_normal(epochs))).tolist()


def both(epochs: int) -> dict[str, list[float]]:
    return {
        "loss": falling(epochs),
        "val_loss": falling(epochs, 0.2, seed=1),
        "accuracy": [1 - x / 3 for x in falling(epochs, seed=2)],
        "val_accuracy": [1 - x / 3 for x in falling(epochs, 0.15, seed=3)],
    }


def guesses(classes: int, examples: int, right: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
    true = RNG.integers(0, classes, examples)
    return true, np.where(RNG.random(examples) < right, true, RNG.integers(0, classes, examples))


def some(m: int, *shape: int) -> np.ndarray:
    return RNG.integers(0, 256, (m, *shape)).astype(np.uint8)


NAN, INF = np.nan, np.inf
PICTURES: dict[str, partial[Figure]] = {
    "curves, 40 epochs": partial(plots.learning_curves, both(40)),
    "curves, 1 epoch": partial(plots.learning_curves, both(1)),
    "curves, 2 epochs": partial(plots.learning_curves, both(2)),
    "curves, 10,000 epochs": partial(plots.learning_curves, both(10_000)),
    "curves, no validation": partial(plots.learning_curves, {"loss": falling(9)}),
    "curves, equal ends": partial(plots.learning_curves, {"loss": [3, 2, 1], "val_loss": [4, 2, 1]}),
    "curves, constant": partial(plots.learning_curves, {"loss": [0.69314718] * 3, "val_loss": [0.0] * 3}),
    "curves, nearly constant": partial(plots.learning_curves, {"loss": [0.693147180, 0.693147181]}),
    "curves, a wide range": partial(plots.learning_curves, {"loss": [1e30, 1, 1e-30], "val_loss": [1, 1, 1]}),
    "curves, enormous": partial(plots.learning_curves, {"loss": [1e308, -1e308], "val_loss": [9e99, -9e99]}),
    "curves, tiny": partial(plots.learning_curves, {"loss": [5e-324, 1e-310]}),
    "curves, lost halfway": partial(plots.learning_curves, {"loss": [2, NAN, INF], "val_loss": [NAN, 2, NAN]}),
    "curves, nothing finite": partial(plots.learning_curves, {"loss": [NAN, INF], "val_loss": [NAN, -INF]}),
    "curves, many measures": partial(
        plots.learning_curves,
        both(12)
        | {"learning_rate": list(np.geomspace(0.1, 1e-6, 12)), f"m_{LONG}": falling(12), "$\\frac$": falling(12)},
    ),
    "roofline": partial(plots.roofline, {"a": [(0.1, 1), (900, 80)], "b": [(3, 0.01)]}, peak=100, bandwidth=10),
    "roofline, one point": partial(plots.roofline, {"a": [(10, 100)]}, peak=100, bandwidth=10),
    "roofline, nothing": partial(plots.roofline, {"a": []}, peak=100, bandwidth=10),
    "curves, none": partial(plots.learning_curves, {}),
    "bars": partial(plots.bars, {"no stride": 12, "$\\frac": 0, LONG * 3: 1_234_567, "": 3}, title=LONG),
    "bars, thirty": partial(plots.bars, {f"{i} {LONG}": i for i in range(30)}),
    "bars, nothing": partial(plots.bars, {}, title="Mistakes"),
    "bars, all zero": partial(plots.bars, {"a": 0, "b": 0}, title="Mistakes"),
    **{f"confusion, {n} classes": partial(plots.confusion_matrix, *guesses(n, 50 * n)) for n in (1, 2, 10, 27)},
    "confusion, long names": partial(
        plots.confusion_matrix, *guesses(7, 99), [LONG, "", "x", "$\\frac", "a\nb", "ğ", "z"]
    ),
    "confusion, 100 long names": partial(
        plots.confusion_matrix, *guesses(100, 9999), [f"{i} {LONG}" for i in range(100)]
    ),
    "confusion, large counts": partial(plots.confusion_matrix, *guesses(3, 3_000_000)),
    "confusion, 150 classes": partial(plots.confusion_matrix, *guesses(150, 4000)),
    "images, grey": partial(plots.images, some(50, 8, 8, 1), np.arange(50) % 3, ["cat", LONG, "$$"]),
    "images, colour": partial(plots.images, some(7, 20, 30, 3), [0] * 7),
    "images, 7 channels": partial(plots.images, some(3, 9, 2, 7), [0, 1, 2]),
    "images, wide": partial(plots.images, some(8, 1, 300, 3), [1] * 8, ["a", LONG]),
    "images, none": partial(plots.images, np.zeros((0, 8, 8, 1))),
    "mistakes": partial(
        plots.mistakes,
        some(200, 8, 8, 1),
        *guesses(10, 200),
        RNG.dirichlet(np.ones(10), 200),
        [f"{i} {LONG}" for i in range(10)],
    ),
    "mistakes, one": partial(plots.mistakes, some(2, 64, 64, 3), [0, 1], [0, 0], [0.1, 0.4], ["non-cat", "cat"]),
    "mistakes, none": partial(plots.mistakes, some(2, 8, 8, 1), [0, 1], [0, 1]),
    "filters, grey": partial(plots.filters, RNG.standard_normal((3, 3, 1, 32))),
    "filters, colour": partial(plots.filters, RNG.standard_normal((7, 7, 3, 8))),
    "filters, 7 channels": partial(plots.filters, RNG.standard_normal((5, 2, 7, 3))),
    "filters, many": partial(plots.filters, RNG.standard_normal((3, 3, 64, 512))),
    "filters, one": partial(plots.filters, np.zeros((1, 1, 1, 1))),
    "filters, not finite": partial(plots.filters, np.full((3, 3, 3, 2), NAN)),
    "feature maps": partial(plots.feature_maps, RNG.standard_normal((14, 14, 200))),
    "feature maps, constant": partial(plots.feature_maps, np.zeros((5, 5, 1))),
    "feature maps, not finite": partial(plots.feature_maps, np.full((5, 5, 2), INF)),
}
SPEAKING = [name for name, picture in PICTURES.items() if picture.func not in {plots.bars, plots.roofline}]


@pytest.mark.parametrize(
    ("name", "lang"), [(name, lang) for name in PICTURES for lang in ("en", "tr") if lang == "en" or name in SPEAKING]
)
def test_every_word_can_be_read(name: str, lang: str, monkeypatch: pytest.MonkeyPatch):
    figure = PICTURES[name](lang=lang) if name in SPEAKING else PICTURES[name]()
    seen = assert_readable(figure, monkeypatch)
    if not name.startswith("confusion"):  # whose numbers lie on the matrix
        images = [image.get_window_extent() for image in figure.findobj(AxesImage)]
        assert [list(seen)[i] for i, _ in np.argwhere(overlaps(list(seen.values()), images))] == []


# -- curves ------------------------------------------------------------------------------------------------------------


def curves(figure: Figure) -> list[dict[str, np.ndarray]]:
    """Return each panel's curves by name."""
    return [
        {line.get_label(): line.get_xydata() for line in axes.lines if not line.get_label().startswith("_")}
        for axes in figure.axes
    ]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_curves_are_the_numbers_given():
    history = {"accuracy": [0.5, 0.75], "loss": [2.0, 1.0], "val_accuracy": [0.25, 0.5], "val_loss": [3.0, 2.5]}
    loss, accuracy = curves(plots.learning_curves(history))
    np.testing.assert_array_equal(loss["training"], [[1, 2.0], [2, 1.0]])
    np.testing.assert_array_equal(loss["validation"], [[1, 3.0], [2, 2.5]])
    np.testing.assert_array_equal(accuracy["training"], [[1, 0.5], [2, 0.75]])
    np.testing.assert_array_equal(accuracy["validation"], [[1, 0.25], [2, 0.5]])
    assert history["loss"] == [2.0, 1.0]


def test_a_history_brings_its_own_epochs():
    history = History()
    for epoch in (5, 6, 7):  # as after a training that was taken up again
        history.append(epoch, {"loss": 1 / epoch})
    (panel,) = curves(plots.learning_curves(history))
    np.testing.assert_array_equal(panel["training"], [[6, 1 / 5], [7, 1 / 6], [8, 1 / 7]])


@pytest.mark.parametrize(
    ("history", "note"),
    [
        ({"loss": [3, 1, 2]}, "best 1 in epoch 2"),
        ({"loss": [3, 1, 2], "val_loss": [4, 5, 6]}, "best validation 4 in epoch 1"),
        ({"accuracy": [0.1, 0.9, 0.8], "val_accuracy": [NAN, 0.5, 0.7]}, "best validation 0.7 in epoch 3"),
        ({"mean_squared_error": [2, NAN, 1]}, "best 1 in epoch 3"),
    ],
)
def test_the_best_epoch_is_marked(history: dict[str, list[float]], note: str):
    figure = plots.learning_curves(history)
    assert note in words(figure)
    (ring,) = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    *_, value, _, _, epoch = note.split()
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (int(epoch), float(value))


def test_no_best_is_claimed_where_nobody_knows_up_from_down():
    figure = plots.learning_curves({"learning_rate": [0.1, 0.2]})
    assert not any("best" in word for word in words(figure))


def test_gaps_are_named_and_points_between_gaps_stay_visible():
    values = [NAN] * 40
    values[7] = 0.5
    figure = plots.learning_curves({"loss": values})
    assert "training: no number in 39 of 40 epochs, first in 1" in words(figure)
    assert figure.axes[0].lines[0].get_markevery() == [7]


def test_a_wide_range_gets_a_logarithmic_scale_that_is_named():
    figure = plots.learning_curves({"loss": [100, 1], "accuracy": [0.02, 1], "error": [0, 100]})
    assert [axes.get_yscale() for axes in figure.axes] == ["log", "linear", "linear"]
    assert "best 1 in epoch 2 · log scale" in words(figure)


def test_epochs_are_whole_numbers(monkeypatch: pytest.MonkeyPatch):
    for epochs in (1, 2, 3, 40):
        figure = plots.learning_curves({"loss": falling(epochs)})
        ticks = figure.axes[0].get_xticks()
        assert len(ticks)
        assert all(tick == round(tick) and 1 <= tick <= epochs for tick in ticks)


@pytest.mark.parametrize("history", [{"loss": [1, 2], "accuracy": [1]}, {"loss": 3.0}, {"loss": [[1], [2]]}])
def test_a_history_has_one_number_for_each_epoch(history: Any):
    with pytest.raises(ValueError, match="one number for each epoch under every name; got the shapes"):
        plots.learning_curves(history)


# -- bars --------------------------------------------------------------------------------------------------------------


def test_bars_are_the_counts_in_their_order():
    figure = plots.bars({"first": 3, "second": 0, "third": 1200}, title="How often")
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [3, 0, 1200]
    heights = [bar.get_window_extent().y0 for bar in axes.patches]
    assert heights == sorted(heights, reverse=True)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["first", "second", "third"]
    assert {"3", "0", "1,200", "How often"} <= set(words(figure))


def test_bars_of_nothing_say_so():
    assert words(plots.bars({}, empty="No mistakes")) == ["No mistakes"]


def test_bars_of_less_than_nothing_are_refused():
    with pytest.raises(ValueError, match="counts must not be negative; got -2"):
        plots.bars({"a": 1, "b": -2})


# -- confusion ---------------------------------------------------------------------------------------------------------


def test_the_matrix_is_counted_by_hand():
    true, predicted = guesses(5, 300)
    counts = np.zeros((5, 5), int)
    for t, p in zip(true, predicted, strict=True):
        counts[t, p] += 1
    figure = plots.confusion_matrix(true, predicted)
    (image,) = figure.axes[0].images
    np.testing.assert_allclose(image.get_array().filled(0), counts / counts.sum(axis=1, keepdims=True))
    shown = {text.get_position(): text.get_text() for text in figure.axes[0].texts if text.get_text().isdigit()}
    assert shown == {(j, i): str(n) for (i, j), n in np.ndenumerate(counts) if n}
    assert f"{np.trace(counts)} of 300 right, accuracy {np.trace(counts) / 300:.3f}" in words(figure)


def test_a_class_without_examples_has_an_empty_row():
    figure = plots.confusion_matrix([0, 2], [0, 2], ["a", "b", "c"])
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array().filled(0), np.diag([1, 0, 1]))
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b", "c"]


def test_numbers_stand_out_from_their_cells():
    figure = plots.confusion_matrix(*guesses(4, 400, right=0.6))
    (image,) = figure.axes[0].images
    for text in figure.axes[0].texts:
        if text.get_text().isdigit():
            j, i = text.get_position()
            contrast = _luminance(text.get_color()) + 0.05, _luminance(image.to_rgba(image.get_array())[i, j]) + 0.05
            assert max(contrast) / min(contrast) >= 4.5  # what WCAG asks for


def _luminance(colour: Any) -> float:
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize(
    ("args", "error", "message"),
    [
        (([], []), ValueError, "at least one example"),
        (([0, 1], [0]), ValueError, r"equally long; got {'y_true': 2, 'y_pred': 1}"),
        (([0.5], [0]), TypeError, "y_true must hold class numbers, integers from 0"),
        (([0], [-1]), TypeError, "y_pred must hold class numbers, integers from 0; got int64 from -1"),
        ((["cat"], [0]), TypeError, "y_true must hold real numbers"),
        (([[0]], [0]), ValueError, r"y_true must have shape \(m,\); got \(1, 1\)"),
        (([0], [2], ["a", "b"]), ValueError, "class_names must name all 3 classes that occur; got 2 names"),
    ],
)
def test_wrong_labels_are_refused(args: Any, error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        plots.confusion_matrix(*args)


# -- sheets ------------------------------------------------------------------------------------------------------------


def tiles(figure: Figure) -> list[np.ndarray]:
    return [image.get_array() for image in figure.axes[0].images]


def test_images_are_drawn_as_they_are():
    for photos in (some(4, 5, 6, 3), some(4, 5, 6, 1), some(4, 5, 6, 4)):
        for found, photo in zip(tiles(plots.images(photos)), photos, strict=True):
            np.testing.assert_array_equal(found, photo.squeeze())


@pytest.mark.parametrize(
    ("photos", "expected"),
    [
        (np.full((1, 2, 2), 0.5), 0.5),
        (np.full((1, 2, 2), 51.0), 0.2),
        (np.full((1, 2, 2), 51), 0.2),
        (np.full((1, 2, 2), True), 1.0),
        (np.full((1, 2, 2), -3.0), 0.0),
        (np.full((1, 2, 2), 300.0), 1.0),
        (np.full((1, 2, 2), NAN), 0.0),
        (np.broadcast_to(np.float32([0.25, 0.75]), (1, 2, 2, 2)), 0.5),
    ],
)
def test_pixels_reach_from_0_to_255_or_from_0_to_1(photos: np.ndarray, expected: float):
    before = photos.copy()
    (found,) = tiles(plots.images(photos))
    np.testing.assert_allclose(found, np.full((2, 2), expected))
    np.testing.assert_array_equal(photos, before)


def test_only_a_page_of_images_is_drawn():
    figure = plots.images(some(1000, 4, 4, 1))
    assert len(tiles(figure)) == 36
    assert "The first 36 of 1,000 images" in words(figure)


def test_images_keep_their_proportions():
    for height, width in ((10, 30), (30, 10), (7, 7)):
        figure = plots.images(some(2, height, width, 3))
        left, right, bottom, top = figure.axes[0].images[0].get_extent()
        assert (right - left) / (bottom - top) == pytest.approx(width / height)
        frame = figure.axes[0].get_window_extent()
        x, y = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
        assert frame.width / (x[1] - x[0]) == pytest.approx(frame.height / (y[0] - y[1]))


def test_mistakes_are_the_wrong_ones_the_surest_first():
    photos = some(5, 4, 4, 1)
    probabilities = [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.6, 0.4], [0.01, 0.99]]
    figure = plots.mistakes(photos, [0, 0, 1, 1, 0], [0, 1, 1, 0, 1], probabilities, ["cat", "dog"])
    for found, i in zip(tiles(figure), [4, 1, 3], strict=True):
        np.testing.assert_array_equal(found, photos[i, ..., 0])
    captions = [text.get_text() for text in figure.axes[0].texts]
    assert captions[:6] == ["cat", "→ dog (99%)", "cat", "→ dog (80%)", "dog", "→ cat (60%)"]
    assert "3 mistakes in 5 images" in captions


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_of_two_classes_the_probability_of_the_second_suffices(shape: tuple[int, ...]):
    probabilities = np.reshape([0.2, 0.4, 0.7], shape)
    figure = plots.mistakes(some(3, 4, 4, 1), [1, 1, 0], [0, 0, 1], probabilities)
    assert [t.get_text() for t in figure.axes[0].texts[1:6:2]] == ["→ 0 (80%)", "→ 1 (70%)", "→ 0 (60%)"]


def test_mistakes_without_probabilities_keep_their_order():
    figure = plots.mistakes(some(3, 4, 4, 1), [0, 1, 2], [1, 1, 0])
    assert [t.get_text() for t in figure.axes[0].texts[:4]] == ["0", "→ 1", "2", "→ 0"]


def test_no_mistakes_are_good_news():
    assert words(plots.mistakes(some(1200, 4, 4, 1), [1] * 1200, [1] * 1200)) == ["No mistakes in 1,200 images"]


def test_a_long_name_leaves_room_for_the_probability():
    figure = plots.mistakes(some(1, 4, 4, 1), [0], [1], [0.93], ["x", LONG])
    assert figure.axes[0].texts[1].get_text().endswith("… (93%)")


@pytest.mark.parametrize("channels", [1, 3])
def test_filters_share_one_scale_around_zero(channels: int):
    kernel = RNG.standard_normal((3, 2, channels, 5))
    peak = np.abs(kernel).max()
    figure = plots.filters(kernel)
    assert len(tiles(figure)) == 5
    for i, image in enumerate(figure.axes[0].images):
        if channels == 1:
            np.testing.assert_array_equal(image.get_array(), kernel[:, :, 0, i])
            assert image.get_clim() == (-peak, peak)
        else:
            np.testing.assert_allclose(image.get_array(), 0.5 + kernel[..., i] / (2 * peak))


def test_filters_on_many_channels_are_a_table():
    kernel = RNG.standard_normal((3, 3, 7, 4))
    found = tiles(plots.filters(kernel))
    for tile, (f, c) in zip(found, itertools.product(range(4), range(7)), strict=True):
        np.testing.assert_array_equal(tile, kernel[:, :, c, f])


def test_feature_maps_share_one_scale():
    activations = RNG.standard_normal((6, 5, 3))
    figure = plots.feature_maps(activations)
    for i, image in enumerate(figure.axes[0].images):
        np.testing.assert_array_equal(image.get_array(), activations[..., i])
        assert image.get_clim() == (activations.min(), activations.max())


def test_what_is_no_number_stands_out():
    orange = mpl.colors.to_rgb("#D55E00")
    kernel = np.zeros((2, 2, 3, 1))
    kernel[0, 1, 2] = NAN
    figure = plots.filters(kernel)
    np.testing.assert_allclose(tiles(figure)[0][0, 1], orange)
    np.testing.assert_allclose(tiles(figure)[0][1], 0.5)
    assert any("orange is no number" in word for word in words(figure))
    (image,) = plots.feature_maps(np.array([[[1.0], [INF]]])).axes[0].images
    np.testing.assert_allclose(image.to_rgba(image.get_array())[0, 1, :3], orange)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: plots.images(np.zeros((2, 3))),
            ValueError,
            r"shape \(m, n_H, n_W, n_C\) or \(m, n_H, n_W\); got \(2, 3\)",
        ),
        (lambda: plots.images(np.zeros((2, 3, 3)), [0]), ValueError, "one class number for each of the 2 images"),
        (lambda: plots.images([["a"]]), TypeError, "images must hold real numbers"),
        (lambda: plots.filters(np.zeros((3, 3, 1))), ValueError, r"kernel must have shape \(f_H, f_W, n_C, F\)"),
        (lambda: plots.filters(np.zeros((3, 3, 1, 1), complex)), TypeError, "kernel must hold real numbers"),
        (lambda: plots.feature_maps(np.zeros((3, 3))), ValueError, "activations must have shape"),
        (
            lambda: plots.mistakes(some(2, 3, 3, 1), [0, 1], [1, 1], np.zeros((3, 2))),
            ValueError,
            r"a row for each of the 2 images; got shape \(3, 2\)",
        ),
        (
            lambda: plots.mistakes(some(2, 3, 3, 1), [0, 1], [2, 1], np.zeros((2, 2))),
            ValueError,
            "class number 2, probabilities are of 2 classes",
        ),
    ],
)
def test_what_is_no_image_is_refused(call: Callable[[], Figure], error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        call()


# -- files, notebooks, other people's settings -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "magic"), [("a.png", b"\x89PNG"), ("a.SVG", b"<?xml"), ("a.pdf", b"%PDF"), ("a", b"\x89PNG")]
)
def test_a_picture_is_saved_by_its_suffix(tmp_path: Path, name: str, magic: bytes):
    plots.save(plots.learning_curves({"loss": [2, 1]}), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(magic)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_failed_save_keeps_the_old_picture(tmp_path: Path):
    path = tmp_path / "a.xyz"
    path.write_text("old")
    with pytest.raises(ValueError, match="Format 'xyz' is not supported"):
        plots.save(plots.images(some(1, 4, 4)), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_notebook_shows_the_picture():
    data, size = plots.images(some(1, 4, 4))._repr_png_()
    assert data.startswith(b"\x89PNG")
    width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
    assert size["width"] == pytest.approx(width / 2, abs=1)
    assert size["height"] == pytest.approx(height / 2, abs=1)


def settings() -> dict[str, Any]:
    return dict.copy(mpl.rcParams)


def test_other_people_s_settings_neither_change_nor_matter(tmp_path: Path):
    def picture(name: str) -> tuple[bytes, bytes]:
        figure = plots.learning_curves(both(5))
        plots.save(figure, tmp_path / name)
        figure.canvas.draw()  # as a window or a notebook's backend does
        return (tmp_path / name).read_bytes(), bytes(figure.canvas.buffer_rgba())

    plain = picture("plain.png")
    theirs = {"font.size": 40, "savefig.dpi": 30, "xtick.labelsize": 30, "text.hinting": "none"}
    with mpl.style.context("dark_background"), mpl.rc_context(theirs):
        before = settings()
        assert picture("dark.png") == plain
        assert settings() == before


def test_threads_draw_side_by_side():
    before = settings()
    alone = plots.filters(np.eye(3).reshape(3, 3, 1, 1))._repr_png_()
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(plots.filters(np.eye(3).reshape(3, 3, 1, 1))._repr_png_()))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 6
    assert settings() == before


def test_matplotlib_waits_for_the_first_picture_and_pyplot_is_never_needed():
    code = (
        "import sys, adim, adim.plots as plots\n"
        "assert 'matplotlib' not in sys.modules\n"
        "plots.learning_curves({'loss': [2, 1]})._repr_png_()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_images_from_0_to_1_with_a_little_noise_are_not_black():
    noisy = np.full((1, 2, 2), 0.5)
    noisy[0, 0, 0] = 1.01
    (drawn,) = plots.images(noisy).axes[0].images
    assert np.asarray(drawn.get_array()).max() == 1
    assert np.asarray(drawn.get_array()).min() == 0.5
