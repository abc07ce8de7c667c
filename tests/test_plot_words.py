"""Every picture speaks Turkish as well as English, words and numbers both, and leaves alone what others have named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from adim import metrics, plots
from adim.plots import words

NAN = np.nan
X, ONES = np.arange(25.0).reshape(5, 5), np.ones((3, 3))
PHOTOS = np.zeros((1200, 2, 2))
CLASSES = np.arange(1200) % 2
CALLS: list[tuple[Callable[..., Figure], tuple[Any, ...]]] = [
    (plots.padding, (X, 1)),
    (plots.window, (X, 3, 2, 1, 1, 1)),
    (plots.single_step, (np.ones((2, 2, 2)), np.ones((2, 2, 2)), 1)),
    (plots.pooling, (X, 3, 1, "average")),
    (plots.pool_gradient, (X[:3, :3], np.ones((2, 2)), 2, 1, "max")),
    (plots.pool_gradient, (X, ONES, 3, 1, "average")),
    (plots.conv_gradient, (X, ONES, ONES, 2, 1, 1, 1)),
    (plots.images, (PHOTOS,)),
    (plots.images, (PHOTOS[:0],)),
    (plots.mistakes, (PHOTOS, CLASSES, 1 - CLASSES, np.full(1200, 0.8))),
    (plots.mistakes, (PHOTOS, CLASSES, CLASSES)),
    (plots.filters, (np.ones((2, 2, 1, 97)),)),
    (plots.filters, (np.full((2, 2, 4, 97), NAN),)),
    (plots.filters, (np.ones((2, 2, 4, 0)),)),
    (plots.feature_maps, (np.ones((2, 2, 97)),)),
    (plots.feature_maps, (np.ones((2, 2, 0)),)),
    (plots.learning_curves, ({"loss": [100.0, 1.0, NAN], "val_loss": [2.0, 1.0, NAN], "error": [2.0, 1.0, 1.0]},)),
    (plots.learning_curves, ({},)),
    (plots.confusion_matrix, (CLASSES, CLASSES)),
]


def said(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_every_text_has_its_turkish_and_every_turkish_its_picture(monkeypatch: pytest.MonkeyPatch):
    asked: set[str] = set()

    class Listening(dict[str, str]):
        def __getitem__(self, text: str) -> str:
            asked.add(text)
            return super().__getitem__(text)

    monkeypatch.setattr(words, "_TURKISH", Listening(words._TURKISH))
    for function, call in CALLS:
        english, turkish = said(function(*call, lang="en")), said(function(*call, lang="tr"))
        assert english == said(function(*call))
        assert len(english) == len(turkish)
        assert asked.isdisjoint(turkish)
    assert asked == set(words._TURKISH)


@pytest.mark.parametrize("function", dict.fromkeys(function for function, _ in CALLS))
def test_other_languages_are_refused(function: Callable[..., Figure]):
    (call, *_) = [call for f, call in CALLS if f is function]
    with pytest.raises(ValueError, match='lang must be "en" or "tr"; got \'de\''):
        function(*call, lang="de")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: plots.images(PHOTOS, lang="tr"), {"1.200 görüntünün ilk 36 tanesi"}),
        (lambda: plots.mistakes(PHOTOS, CLASSES, CLASSES, lang="tr"), {"1.200 görüntüde hiç yanlış yok"}),
        (
            lambda: plots.mistakes(PHOTOS, CLASSES, 1 - CLASSES, np.full(1200, 0.875), ["a,b", "50%"], lang="tr"),
            {"1.200 görüntüde 1.200 yanlış, 36 tanesi burada", "a,b", "→ 50% (%88)"},
        ),
        (lambda: plots.mistakes(PHOTOS[:1], [0], [1], None, ["", "2.5"], lang="tr"), {"1 görüntüde 1 yanlış", "→ 2.5"}),
        (lambda: plots.filters(np.full((3, 2, 1, 8), -0.5), lang="tr"), {"3x2x1 boyutunda 8 süzgeç", "−0,5", "0,5"}),
        (lambda: plots.feature_maps(np.ones((8, 9, 1)), lang="tr"), {"8x9 boyutunda 1 öznitelik haritası"}),
        (
            lambda: plots.learning_curves({"accuracy": [-0.5, 0.25], "top.1": [1, 2]}, lang="tr"),
            {"doğruluk", "top.1", "en iyi 0,25 (2. tur)", "−0,4", "tur"},
        ),
        (
            lambda: plots.learning_curves({"loss": [3, 2], "val_loss": [NAN, 1.5]}, lang="tr"),
            {"kayıp", "eğitim", "doğrulama", "en iyi doğrulama 1,5 (2. tur)",
             "doğrulama: 1/2 turda sayı yok, ilki 1. tur"},
        ),
        (
            lambda: plots.confusion_matrix([0] * 3000, [0] * 2500 + [1] * 500, ["1.5", "x"], lang="tr"),
            {"3.000 örneğin 2.500 tanesi doğru, doğruluk 0,833", "2.500", "1.5", "gerçek sınıf", "tahmin edilen sınıf"},
        ),
        (lambda: plots.confusion_matrix(*2 * [np.repeat(range(130), 100)], lang="tr"), {"%50"}),
    ],
)  # fmt: skip
def test_turkish_numbers_and_nouns(call: Callable[[], Figure], expected: set[str]):
    figure = call()
    figure.canvas.draw()  # which writes the numbers along the axes
    assert expected <= set(said(figure))


def test_the_measures_that_training_knows_have_turkish_names():
    assert set(words._MEASURES) == {"loss", "accuracy", "acc", "learning_rate", *metrics.METRICS}
    for measure, name in words._MEASURES.items():
        assert name in said(plots.learning_curves({measure: [1.0, 2.0]}, lang="tr"))
