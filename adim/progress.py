"""How training is getting on: a live line in a terminal, a plain line for each epoch anywhere else.

The live line is drawn by the training loop itself, at most ten times a second, so it costs no thread and no time worth
naming. Files, pipes and notebooks get lines that never change once they are written.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from adim.callbacks import Callback, Logs

_SECONDS_BETWEEN_DRAWS = 0.1


class Progress(Callback):
    """Show epoch, batch, the numbers so far, and the time left.

    Parameters
    ----------
    epochs : int
        The epoch at which training ends.
    steps : int
        How many batches an epoch has.
    initial_epoch : int, default 0
        The epoch at which it begins.
    live : bool, optional
        Whether to draw the live line; by default where `file` is a terminal that can.
    file : text file, optional
        Where to write; standard output by default.
    clock : callable
        Returns the time in seconds.

    Examples
    --------
    >>> progress = Progress(epochs=10, steps=4)
    >>> progress.on_train_begin()
    >>> progress.on_epoch_begin(0)
    >>> progress.on_epoch_end(0, {"loss": 0.25})  # doctest: +ELLIPSIS
    Epoch 1/10 - 0s - loss: 0.2500
    """

    def __init__(
        self,
        epochs: int,
        steps: int,
        *,
        initial_epoch: int = 0,
        live: bool | None = None,
        file: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.epochs = epochs
        self.steps = steps
        self.initial_epoch = initial_epoch
        self.file = file
        self.live = is_live_terminal(sys.stdout if file is None else file) if live is None else live
        self.clock = clock
        self._bar: Any = None
        self._waiting: list[str] = []  # lines of finished epochs, not yet drawn
        self._start = self._epoch_start = self._drawn = 0.0
        self._epoch = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:  # noqa: ARG002 - a callback's arguments
        """Start the clock, and the live line."""
        self._start = self._drawn = self.clock()
        if self.live:
            self._bar = _bar(self.file, self.steps)
            self._bar.start()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:  # noqa: ARG002 - a callback's arguments
        """Start the epoch's clock."""
        self._epoch = epoch
        self._epoch_start = self.clock()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Draw the live line, if it is time to."""
        if self._bar is None:
            return
        if self.clock() - self._drawn < _SECONDS_BETWEEN_DRAWS:
            return
        epochs_done = self._epoch - self.initial_epoch + (batch + 1) / self.steps
        left = (self.clock() - self._start) * ((self.epochs - self.initial_epoch) / epochs_done - 1)
        self._bar.update(
            self._bar.task_ids[0],
            completed=batch + 1,
            epoch=f"Epoch {self._epoch + 1}/{self.epochs}",
            numbers=line(logs or {}),
            left=f"{duration(left)} left",
        )
        self._draw()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch's line."""
        spent = duration(self.clock() - self._epoch_start)
        text = f"Epoch {epoch + 1}/{self.epochs} - {spent} - {line(logs or {})}"
        if self._bar is None:
            print(text, file=self.file, flush=True)
            return
        self._waiting.append(text)
        if self.clock() - self._drawn >= _SECONDS_BETWEEN_DRAWS:
            self._draw()

    def on_train_end(self, logs: Logs | None = None) -> None:  # noqa: ARG002 - a callback's arguments
        """Take the live line away; the epochs' lines stay."""
        if self._bar is not None:
            self._draw()
            self._bar.stop()
            self._bar = None

    def _draw(self) -> None:
        """Write the waiting lines above the live line, and draw that again."""
        if self._waiting:
            self._bar.console.print("\n".join(self._waiting), markup=False, highlight=False, soft_wrap=True)
            self._waiting.clear()
        else:
            self._bar.refresh()
        self._drawn = self.clock()


def is_live_terminal(file: TextIO) -> bool:
    """Return whether a line on this file can be drawn again: a terminal, and not the simplest kind."""
    return file.isatty() and os.environ.get("TERM") != "dumb"


def line(logs: Mapping[str, float]) -> str:
    """Return numbers with their names on one line, as Keras prints them.

    Examples
    --------
    >>> line({"loss": 0.34567, "accuracy": 1.0, "learning_rate": 0.0001})
    'loss: 0.3457 - accuracy: 1.0000 - learning_rate: 1.00e-04'
    """
    return " - ".join(
        f"{name}: {value:{'.4f' if value == 0 or abs(value) >= 1e-3 else '.2e'}}" for name, value in logs.items()
    )


def duration(seconds: float) -> str:
    """Return a time as people write it.

    Examples
    --------
    >>> duration(7.4), duration(75), duration(3725)
    ('7s', '1:15', '1:02:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}" if minutes else f"{rest}s"


def _bar(file: TextIO | None, steps: int) -> Any:
    from rich.console import Console  # noqa: PLC0415 - heavy, only when needed
    from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn  # noqa: PLC0415 - as above

    columns = [
        TextColumn("{task.fields[epoch]}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[numbers]}", markup=False),
        TextColumn("{task.fields[left]}", style="cyan", markup=False),
    ]
    bar = Bar(*columns, console=Console(file=file), auto_refresh=False, transient=True)
    bar.add_task("", total=steps, epoch="", numbers="", left="")
    return bar
