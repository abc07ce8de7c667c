"""The run folder: what a training leaves for people to look at, and for programs to load.

=====================  =====================================================
``model.safetensors``  the network, its weights and the names of its classes
``history.csv``        what was measured in each epoch
``report.md``          the result in words, tables and pictures
``*.png``              learning curves, confusion matrix, mistakes, filters
=====================  =====================================================
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from adim import plots
from adim.atomic import replacing
from adim.datasets import Dataset
from adim.history import History
from adim.layers import Conv2D
from adim.runs.classifier import Classifier
from adim.runs.machine import info
from adim.runs.verdict import Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MODEL, HISTORY, REPORT = "model.safetensors", "history.csv", "report.md"


class Run(NamedTuple):
    """A training and what came of it.

    Attributes
    ----------
    folder : Path
        Where it is written down.
    classifier : Classifier
        The trained network, with the weights of its best epoch.
    data : Dataset
        What it was trained and tested on.
    history : History
        What was measured in each epoch.
    best_epoch : int
        The epoch whose weights were kept; epochs count from 0.
    verdicts : dict of str to Verdict
        On the images for "training", "validation" (if some were set aside for it) and "test".
    settings : dict of str to object
        What was chosen, for the reader.
    notes : tuple of str
        What the reader should know: an interrupted training, images that were skipped.
    """

    folder: Path
    classifier: Classifier
    data: Dataset
    history: History
    best_epoch: int
    verdicts: Mapping[str, Verdict]
    settings: Mapping[str, object]
    notes: tuple[str, ...]

    @property
    def test_accuracy(self) -> float:
        """The share of the test images that the network recognises."""
        return self.verdicts["test"].accuracy


def write(run: Run) -> None:
    """Write a run's files into its folder, the model first: each whole or not at all.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    run.classifier.save(run.folder / MODEL)
    run.history.write_csv(run.folder / HISTORY)
    drawn = _pictures(run)
    for name, figure in drawn.items():
        plots.save(figure, run.folder / f"{name}.png")
    sections = [_result(run), *(_around(name, run) for name in drawn), _settings(run), _use(run), _machine()]
    with replacing(run.folder / REPORT) as temporary:
        temporary.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _pictures(run: Run) -> dict[str, Figure]:
    test = run.verdicts["test"]
    true, names = test.images.labels, test.images.class_names
    drawn = {
        "learning_curves": plots.learning_curves(run.history),
        "confusion_matrix": plots.confusion_matrix(true, test.predicted, names),
        "mistakes": plots.mistakes(test.images.images, true, test.predicted, test.probabilities, names),
    }
    first = next((layer for layer in run.classifier.model.layers if isinstance(layer, Conv2D)), None)
    if first is not None:
        drawn["filters"] = plots.filters(first.parameters["kernel"])
    return drawn


def _result(run: Run) -> str:
    test = run.verdicts["test"]
    network = _plain(Path(str(run.settings["network"])).stem)
    parts = [
        f"# {_plain(run.data.name)}: {len(run.data.class_names)} classes, told apart by {network}",
        f"**Test accuracy {test.accuracy:.4f}**: {test.right} of {len(test)} images that played no part in training.",
        *(f"> {_plain(note)}" for note in run.notes),
        _table(
            ["images", "number", "accuracy", "loss"],
            "lrrr",
            [[name, len(v), f"{v.accuracy:.4f}", f"{v.loss:.4f}"] for name, v in run.verdicts.items()],
        ),
    ]
    return "\n\n".join(parts)


def _around(picture: str, run: Run) -> str:
    """Return the section that a picture stands in."""
    title = {
        "learning_curves": "Learning curves",
        "confusion_matrix": "Which class is taken for which",
        "mistakes": "Mistakes",
        "filters": "What the network looks for",
    }[picture]
    parts = [f"## {title}", f"![{title}]({picture}.png)"]
    if picture == "learning_curves":
        chosen_by = "validation" if "validation" in run.verdicts else "training"
        parts.append(
            f"The weights that were kept are those of epoch {run.best_epoch + 1} of {len(run.history.epoch)}, whose "
            f"loss on the {chosen_by} images was the lowest. Training images are measured as augmentation shows them, "
            f"just before the network learns from them."
        )
    if picture == "confusion_matrix":
        rows = [
            [_plain(c.name), c.images, c.right, f"{c.accuracy:.4f}", _plain(c.taken_for)]
            for c in run.verdicts["test"].classes
        ]
        parts.append(_table(["class", "test images", "recognised", "accuracy", "mostly taken for"], "lrrrl", rows))
    return "\n\n".join(parts)


def _settings(run: Run) -> str:
    rows = [[name.replace("_", " "), _plain(str(value))] for name, value in run.settings.items()]
    layers: list[str] = []
    run.classifier.model.summary(layers.append)
    table = "\n".join(layers)
    return f"""\
## Settings

{_table(["", ""], "ll", rows)}

## The network

```text
{table}
```"""


def _use(run: Run) -> str:
    n_H, n_W, n_C = run.classifier.image_shape
    path = run.folder / MODEL
    return f"""\
## Use it

```console
$ adim predict {shlex.quote(str(path))} picture.png
$ adim evaluate {shlex.quote(str(path))} {shlex.quote(str(run.settings["data"]))}
```

```python
import adim
from adim.datasets import read_image

model = adim.load_model({str(path)!r})
image = read_image("picture.png", size=({n_H}, {n_W}), channels={n_C})
probabilities = model.predict(image[None])[0]
print(dict(zip(model.metadata["class_names"], probabilities)))
```"""


def _machine() -> str:
    return f"""\
## Made with

{_table(["", ""], "ll", [[name, _plain(value)] for name, value in info().items()])}"""


def _table(head: Iterable[str], align: str, rows: Iterable[Iterable[object]]) -> str:
    """Return a table; `align` has a letter for each column, l or r."""
    rule = ["---:" if letter == "r" else "---" for letter in align]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (head, rule, *rows))


def _plain(text: str) -> str:
    """Return text in which Markdown sees nothing but text."""
    return re.sub(r"([\\`*_\[\]<>|~$&#])", r"\\\1", " ".join(text.split()))
