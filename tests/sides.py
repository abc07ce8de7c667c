"""Data on which a network of one layer learns in a blink: images that are bright on the left, or on the right."""

import json
from pathlib import Path

import numpy as np

NAMES = ("ağaç", "çilek")  # tree, strawberry


def sides(m, shape=(6, 6, 1)):
    """Return m images of `shape`, bright left (class 0) or right (class 1) in turns, and their classes."""
    labels = np.arange(m) % 2
    images = np.random.default_rng(0).integers(0, 80, (m, *shape), dtype=np.uint8)
    half = shape[1] // 2
    images[labels == 0, :, :half] += 150
    images[labels == 1, :, half:] += 150
    return images, labels


def write_npz(folder: Path) -> Path:
    """Write a data set of 40 + 20 images of 6x6x1, whose classes are 0 and 1."""
    x, y = sides(60)
    np.savez(folder / "sides.npz", x_train=x[:40], y_train=y[:40], x_test=x[40:], y_test=y[40:])
    return folder / "sides.npz"


def write_pictures(folder: Path) -> Path:
    """Write a folder of 30 pictures of 8x6 in colour; neither the classes' names nor its own are ASCII."""
    from PIL import Image

    root = folder / "resim çekmecesi"
    for row, (image, label) in enumerate(zip(*sides(30, (8, 6, 3)), strict=True)):
        (root / NAMES[label]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(root / NAMES[label] / f"{row}.png")
    return root


def write_network(folder: Path, units: int = 2, activation: str = "softmax") -> Path:
    """Write a network of one layer as JSON."""
    layers = [
        {"class_name": "Rescaling", "config": {"scale": 1 / 255}},
        {"class_name": "Flatten", "config": {}},
        {"class_name": "Dense", "config": {"units": units, "activation": activation}},
    ]
    path = folder / "küçük.json"
    path.write_text(json.dumps({"class_name": "Sequential", "config": {"layers": layers}}), encoding="utf-8")
    return path
