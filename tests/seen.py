"""What a reader sees of a figure: its words, each in its place, none cut off, none over another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def draw(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> dict[Text, Bbox]:
    """Draw a figure, and return the texts that appear on it with the place of each, in pixels."""
    seen: dict[Text, Bbox] = {}
    plain = Text.draw

    def recording(text: Text, renderer: Any, *args: Any, **kwargs: Any) -> None:
        plain(text, renderer, *args, **kwargs)
        if text.get_visible() and text.get_text().strip():
            seen[text] = Text.get_window_extent(text, renderer)

    with monkeypatch.context() as patch:
        patch.setattr(Text, "draw", recording)
        figure.canvas.draw()
    return seen


def overlaps(boxes: list[Bbox], others: list[Bbox]) -> np.ndarray:
    """Say which boxes share more than half a pixel with which others."""
    ours = np.array([box.extents for box in boxes])[:, np.newaxis]
    theirs = np.array([box.extents for box in others]).reshape(1, -1, 4)
    common = np.minimum(ours[..., 2:], theirs[..., 2:]) - np.maximum(ours[..., :2], theirs[..., :2])
    return (common > 0.5).all(axis=-1)


def assert_readable(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> dict[Text, Bbox]:
    """Check that no text is tiny, cut off or under another, and return them with the place of each, in pixels."""
    seen = draw(figure, monkeypatch)
    texts, boxes = list(seen), list(seen.values())
    assert texts
    assert min(text.get_fontsize() for text in texts) >= 4.5
    edge = figure.bbox.padded(-2)
    assert [
        text for text, box in seen.items() if Bbox.union([edge, box]).extents.tolist() != edge.extents.tolist()
    ] == []
    clashes = np.argwhere(np.triu(overlaps(boxes, boxes), 1))
    assert [(texts[i], texts[j]) for i, j in clashes] == []
    return seen
