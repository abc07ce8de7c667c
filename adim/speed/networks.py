"""The built-in networks whole: a step of training, as `fit` takes it for every batch, and inference."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from adim import training
from adim.networks import NETWORKS
from adim.speed.measurement import Measurement
from adim.speed.timing import interleave
from adim.training import Batch

_IMAGES = {"signs": (64, 64, 3), "lenet": (28, 28, 1)}
_COMMON = (32, 32, 3)
_BATCH = 64
_CLASSES = 10


def measure_networks(*, seconds: float = 1.0) -> Iterator[Measurement]:
    """Measure each of `adim.networks.NETWORKS` on images of a size that is common for it.

    Parameters
    ----------
    seconds : float
        How long each part is timed.
    """
    rng = np.random.default_rng(0)
    for name, build in NETWORKS.items():
        shape = _IMAGES.get(name, _COMMON)
        model = build(shape, _CLASSES, 0)
        model.compile("adam", "sparse_categorical_crossentropy")
        x = rng.integers(256, size=(_BATCH, *shape), dtype=np.uint8)
        batch = Batch([x], rng.integers(_CLASSES, size=_BATCH), None)
        parts = {
            "training step": (lambda m=model, b=batch: training.step(m, b, rng), _BATCH),
            "inference, 64 images": (lambda m=model, x=x: m(x), _BATCH),
            "inference, 1 image": (lambda m=model, x=x: m(x[:1]), 1),
        }
        timings = interleave({part: call for part, (call, _) in parts.items()}, seconds=seconds)
        for part, (_, count) in parts.items():
            size = "x".join(map(str, (count, *shape)))
            yield Measurement(name, size, part, timings[part], count, "images")
