"""What happens beside learning: stopping in time, keeping the best model, slowing down, writing a log.

Training calls every callback at fixed moments and hands it what was measured so far. A callback acts through the model
alone: it sets ``model.stop_training``, assigns ``model.optimizer.learning_rate``, takes and sets the weights, or saves
the model.
"""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from adim.configs import number
from adim.geometry import integer
from adim.history import History

Logs: TypeAlias = dict[str, float]
"""What was measured, by name. A callback may add to it."""


class Callback:
    """The base of all callbacks: every moment of a training, with nothing happening at any.

    Attributes
    ----------
    model : Model
        The model in training, from `set_model` on.
    """

    model: Any = None

    def set_model(self, model: Any) -> None:
        """Take note of the model, before anything else is called."""
        self.model = model

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch, with its numbers."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before an epoch; epochs count from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch, with the numbers that the history will record, those of the validation included."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch; batches count from 0 in each epoch."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch, with the means over the epoch so far."""


class Monitor:
    """One number of the logs, and the question whether it got better.

    Parameters
    ----------
    owner : Callback
        Who asks, for messages.
    name : str
        Which number, such as ``"val_loss"``.
    mode : {"auto", "min", "max"}
        Whether lower or higher is better. ``"auto"`` tells by the name: a loss or an error should fall, an accuracy
        rise.
    min_delta : float, default 0
        By how much a value must beat another to count as better.

    Raises
    ------
    ValueError
        If the mode is unknown, or the name does not tell.

    Examples
    --------
    >>> monitor = Monitor(Callback(), "val_accuracy", "auto", min_delta=0.01)
    >>> monitor.better(0.92, than=0.9), monitor.better(0.905, than=0.9), monitor.better(float("nan"), than=0.9)
    (True, False, False)
    """

    def __init__(self, owner: Callback, name: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("auto", "min", "max"):
            raise ValueError(f"mode must be 'auto', 'min' or 'max'; got {mode!r}")
        if mode == "auto":
            falls = any(part in name for part in ("loss", "error", "mse", "crossentropy"))
            if not falls and "acc" not in name:
                raise ValueError(
                    f"{type(owner).__name__} cannot tell whether {name!r} should rise or fall: pass mode='max' or 'min'"
                )
            mode = "min" if falls else "max"
        self.owner = type(owner).__name__
        self.name = name
        self.rises = mode == "max"
        self.min_delta = abs(number("min_delta", min_delta))

    @property
    def worst(self) -> float:
        """What every number is better than."""
        return -math.inf if self.rises else math.inf

    def value(self, logs: Logs | None) -> float:
        """Return the number, or raise ValueError naming what there is instead."""
        if not logs or self.name not in logs:
            hint = ""
            if self.name.startswith("val_") and not any(name.startswith("val_") for name in logs or ()):
                hint = ". Numbers named val_... need fit(..., validation_data=...) or validation_split"
            raise ValueError(
                f"{self.owner} watches {self.name!r}, which this epoch did not log; it logged "
                f"{', '.join(logs or ()) or 'nothing'}{hint}"
            )
        return float(logs[self.name])

    def better(self, value: float, than: float) -> bool:
        """Return whether a value beats another by more than `min_delta`; NaN never does."""
        return value - self.min_delta > than if self.rises else value + self.min_delta < than


class EarlyStopping(Callback):
    """Stop when a number has stopped getting better.

    Parameters
    ----------
    monitor : str, default "val_loss"
        Which number.
    min_delta : float, default 0
        By how much it must get better to count.
    patience : int, default 0
        How many epochs in a row without counting are one too many.
    verbose : int, default 0
        1 prints what is done.
    mode : {"auto", "min", "max"}, default "auto"
        Whether it should fall or rise; ``"auto"`` tells by the name.
    baseline : float, optional
        What it must beat, besides its own best, for the wait to start anew.
    restore_best_weights : bool, default False
        Whether training ends with the weights of its best epoch, stopped or not. That epoch need not beat `baseline`.
    start_from_epoch : int, default 0
        How many epochs to let pass before watching.

    Attributes
    ----------
    best : float
        The best value seen.
    best_epoch : int
        Its epoch.
    stopped_epoch : int
        The epoch after which training was stopped; 0 if it was not.

    Examples
    --------
    >>> EarlyStopping("val_accuracy", patience=10, restore_best_weights=True).monitor
    'val_accuracy'
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        self.monitor = monitor
        self.patience = integer("patience", patience, at_least=0)
        self.verbose = verbose
        self.baseline = None if baseline is None else number("baseline", baseline)
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = integer("start_from_epoch", start_from_epoch, at_least=0)
        self._watched = Monitor(self, monitor, mode, min_delta)
        self._start()

    def _start(self) -> None:
        self.best = self._watched.worst
        self.best_epoch = 0
        self.stopped_epoch = 0
        self.wait = 0
        self.best_weights: list[Any] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:  # noqa: ARG002 - a callback's arguments
        """Forget an earlier training."""
        self._start()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Look at the number, and stop if it has not got better for too long."""
        if epoch < self.start_from_epoch:
            return
        current = self._watched.value(logs)
        improved = self._watched.better(current, self.best)
        if improved:
            self.best = current
        # With NaN from the start nothing improves, and the first epoch is the best there is.
        first = self.restore_best_weights and self.best_weights is None
        if improved or first:
            self.best_epoch = epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
        self.wait += 1
        if improved and (self.baseline is None or self._watched.better(current, self.baseline)):
            self.wait = 0
        elif not improved and self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:  # noqa: ARG002 - a callback's arguments
        """Put the best weights back."""
        if self.stopped_epoch and self.verbose:
            _say(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if self.verbose:
                _say(f"Restoring the weights of epoch {self.best_epoch + 1}")
            self.model.set_weights(self.best_weights)


class ModelCheckpoint(Callback):
    """Save the model after every epoch, or after each that is better than all before.

    Parameters
    ----------
    filepath : str or path-like
        Where to: a name in which ``{epoch:02d}``, counted from 1, and the numbers of the logs, as ``{val_loss:.2f}``,
        are filled in. Missing folders are made.
    monitor : str, default "val_loss"
        Which number decides what is better.
    verbose : int, default 0
        1 prints what is done.
    save_best_only : bool, default False
        Whether to save better models only.
    mode : {"auto", "min", "max"}, default "auto"
        Whether the number should fall or rise; ``"auto"`` tells by the name.
    initial_value_threshold : float, optional
        What the first saved model must beat.

    Examples
    --------
    >>> ModelCheckpoint("best.safetensors", save_best_only=True).filepath
    'best.safetensors'
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        *,
        mode: str = "auto",
        initial_value_threshold: float | None = None,
    ) -> None:
        self.filepath = os.fspath(filepath)
        self.monitor = monitor
        self.verbose = verbose
        self._watched = Monitor(self, monitor, mode) if save_best_only else None
        self.best = self._watched.worst if self._watched else math.nan
        if initial_value_threshold is not None:
            self.best = number("initial_value_threshold", initial_value_threshold)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save the model, if it is to be saved."""
        reason = ""
        if self._watched:
            current = self._watched.value(logs)
            if not self._watched.better(current, self.best):
                return
            reason = f"{self.monitor} improved from {self.best:.5f} to {current:.5f}, "
            self.best = current
        path = self._path(epoch, logs or {})
        path.parent.mkdir(parents=True, exist_ok=True)
        self.model.save(path)
        if self.verbose:
            _say(f"Epoch {epoch + 1}: {reason}saved the model to {path}")

    def _path(self, epoch: int, logs: Logs) -> Path:
        try:
            return Path(self.filepath.format(**{"epoch": epoch + 1, **logs}))
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise ValueError(
                f"ModelCheckpoint cannot fill in the file name {self.filepath!r}: there are epoch"
                f"{''.join(f', {name}' for name in logs)}. A brace that belongs to the name is written twice"
            ) from error


class ReduceLROnPlateau(Callback):
    """Lower the learning rate when a number has stopped getting better, and log the rate as ``learning_rate``.

    Parameters
    ----------
    monitor : str, default "val_loss"
        Which number.
    factor : float, default 0.1
        What to multiply the learning rate by, from 0 to below 1.
    patience : int, default 10
        After how many epochs without getting better.
    verbose : int, default 0
        1 prints what is done.
    mode : {"auto", "min", "max"}, default "auto"
        Whether the number should fall or rise; ``"auto"`` tells by the name.
    min_delta : float, default 1e-4
        By how much it must get better to count.
    cooldown : int, default 0
        How many epochs after a reduction are not counted.
    min_lr : float, default 0.0
        The lowest rate.

    Examples
    --------
    >>> ReduceLROnPlateau(factor=0.5, patience=3).factor
    0.5
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        self.monitor = monitor
        self.factor = number("factor", factor, at_least=0, below=1)
        self.patience = integer("patience", patience, at_least=0)
        self.verbose = verbose
        self.cooldown = integer("cooldown", cooldown, at_least=0)
        self.min_lr = number("min_lr", min_lr, at_least=0)
        self._watched = Monitor(self, monitor, mode, min_delta)
        self._start()

    def _start(self) -> None:
        self.best = self._watched.worst
        self.wait = 0
        self.cooldown_counter = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:  # noqa: ARG002 - a callback's arguments
        """Forget an earlier training."""
        self._start()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Look at the number, and lower the rate if it has not got better for too long."""
        current = self._watched.value(logs)
        rate = _log_rate(self.model, logs)
        if self.cooldown_counter:
            self.cooldown_counter -= 1
        if self._watched.better(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.cooldown_counter:
            self.wait += 1
            if self.wait >= self.patience and rate > self.min_lr:
                self.model.optimizer.learning_rate = max(rate * self.factor, self.min_lr)
                self.cooldown_counter = self.cooldown
                self.wait = 0
                if self.verbose:
                    _say(f"Epoch {epoch + 1}: reducing the learning rate to {self.model.optimizer.learning_rate:g}")


class LearningRateScheduler(Callback):
    """Set the learning rate before every epoch, and log it as ``learning_rate``.

    Parameters
    ----------
    schedule : callable
        ``schedule(epoch, learning_rate) -> learning_rate``, or ``schedule(epoch) -> learning_rate``.
    verbose : int, default 0
        1 prints what is done.

    Examples
    --------
    >>> callback = LearningRateScheduler(lambda epoch: 1e-4 * 10 ** (epoch / 20))
    >>> callback.schedule(20)
    0.001
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        if not callable(schedule):
            raise TypeError(f"schedule must be a function of the epoch and the learning rate; got {schedule!r:.80}")
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:  # noqa: ARG002 - a callback's arguments
        """Set the learning rate."""
        optimizer = self.model.optimizer
        optimizer.learning_rate = self.schedule(*(epoch, optimizer.learning_rate)[: _arity(self.schedule)])
        if self.verbose:
            _say(f"Epoch {epoch + 1}: setting the learning rate to {optimizer.learning_rate:g}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:  # noqa: ARG002 - a callback's arguments
        """Log the learning rate."""
        _log_rate(self.model, logs)


class CSVLogger(Callback):
    """Write the numbers of every epoch to a CSV file.

    The file is replaced as a whole after each epoch: whenever a run is killed, it holds every epoch that ended, and
    no half line. An epoch may log numbers that earlier ones did not; NaN stands in their rows.

    Parameters
    ----------
    filename : str or path-like
        Where to.
    separator : str, default ","
        What stands between two columns.
    append : bool, default False
        Whether to continue an existing file rather than to start anew.

    Raises
    ------
    OSError
        When training begins: if the file cannot be read or written.
    ValueError
        When training begins: if the file to continue is no such table.

    Examples
    --------
    >>> CSVLogger("log.csv", append=True).filename
    'log.csv'
    """

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        self.filename = os.fspath(filename)
        self.separator = separator
        self.append = append
        self._record = History()

    def on_train_begin(self, logs: Logs | None = None) -> None:  # noqa: ARG002 - a callback's arguments
        """Start the table, or read the one to continue."""
        continues = self.append and Path(self.filename).exists()
        self._record = History.read_csv(self.filename, self.separator) if continues else History()
        self._record.write_csv(self.filename, self.separator)  # a folder that is missing shows now, not after an epoch

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the table, one row longer."""
        self._record.append(epoch, logs or {})
        self._record.write_csv(self.filename, self.separator)


class TerminateOnNaN(Callback):
    """Stop as soon as the loss is NaN or infinite: no later batch can mend the weights.

    Examples
    --------
    >>> TerminateOnNaN().model is None
    True
    """

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            _say(f"Batch {batch}: the loss is {loss}, stopping")
            self.model.stop_training = True


def _log_rate(model: Any, logs: Logs | None) -> float:
    rate = float(model.optimizer.learning_rate)
    if logs is not None:
        logs["learning_rate"] = rate
    return rate


def _arity(schedule: Callable[..., float]) -> int:
    """Return whether to call a schedule with the epoch alone, or with the learning rate too."""
    try:
        inspect.signature(schedule).bind(0, 0.0)
    except TypeError:
        return 1
    return 2


def _say(message: str) -> None:
    print(message, flush=True)  # noqa: T201 - asked for by verbose=1, and by TerminateOnNaN
