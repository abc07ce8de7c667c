"""The progress display: what it says, how often it draws, and what it leaves behind."""

import io
import re
import sys

import numpy as np
import pytest

from adim.callbacks import Callback
from adim.layers import Dense, Input
from adim.model import Sequential
from adim.progress import Progress, is_live_terminal


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self):
        return True


class Clock:
    """A clock that somebody else moves."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    return Terminal()


def run(progress, clock, *, epochs, steps, seconds_a_batch):
    logs = {"loss": 0.5, "accuracy": 0.25}
    progress.on_train_begin({})
    for epoch in range(progress.initial_epoch, epochs):
        progress.on_epoch_begin(epoch, {})
        for batch in range(steps):
            progress.on_train_batch_begin(batch, {})
            clock.now += seconds_a_batch
            progress.on_train_batch_end(batch, logs)
        progress.on_epoch_end(epoch, logs | {"val_loss": 0.75})
    progress.on_train_end(logs)


def draws(text):
    """How often the live line was drawn: the times the cursor went back to its beginning."""
    return text.count("\r\x1b[2K")


def gives_the_line_back(text):
    """Whether the cursor, once hidden, is shown again at the end, and what stood on its line is erased."""
    return text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1 and "\x1b[2K" in text.rpartition("\x1b[?25h")[2]


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_plain_file_gets_one_line_an_epoch():
    file, clock = io.StringIO(), Clock()
    run(Progress(3, 10, file=file, clock=clock, initial_epoch=1), clock, epochs=3, steps=10, seconds_a_batch=7.5)
    assert file.getvalue() == (
        "Epoch 2/3 - 1:15 - loss: 0.5000 - accuracy: 0.2500 - val_loss: 0.7500\n"
        "Epoch 3/3 - 1:15 - loss: 0.5000 - accuracy: 0.2500 - val_loss: 0.7500\n"
    )


def test_a_terminal_shows_epoch_batch_numbers_and_time_left(terminal):
    clock = Clock()
    run(Progress(4, 10, file=terminal, clock=clock), clock, epochs=4, steps=10, seconds_a_batch=3)
    text = plain(terminal.getvalue())
    assert re.search(r"Epoch 1/4 \S+ +1/10 loss: 0.5000 - accuracy: 0.2500 1:57 left", text)
    assert re.search(r"Epoch 3/4 \S+ +5/10 loss: 0.5000 - accuracy: 0.2500 45s left", text)
    for epoch in range(1, 5):
        assert f"Epoch {epoch}/4 - 30s - loss: 0.5000 - accuracy: 0.2500 - val_loss: 0.7500\n" in text


@pytest.mark.parametrize(("steps", "seconds_a_batch"), [(100, 0.001), (1, 0.001), (3, 0.02), (5, 0.3)])
def test_the_live_line_is_drawn_at_most_ten_times_a_second(terminal, steps, seconds_a_batch):
    clock, epochs = Clock(), 40
    run(
        Progress(epochs, steps, file=terminal, clock=clock),
        clock,
        epochs=epochs,
        steps=steps,
        seconds_a_batch=seconds_a_batch,
    )
    drawn, seconds = draws(terminal.getvalue()), epochs * steps * seconds_a_batch
    assert drawn <= 10 * seconds + 4  # the first and the last, whenever they come
    assert drawn >= min(5 * seconds, epochs * steps)
    assert len(re.findall(r"Epoch \d+/40 - ", plain(terminal.getvalue()))) == epochs


def test_nothing_of_the_live_line_stays_and_the_cursor_comes_back(terminal):
    clock = Clock()
    run(Progress(1, 5, file=terminal, clock=clock), clock, epochs=1, steps=5, seconds_a_batch=1)
    assert gives_the_line_back(terminal.getvalue())


def test_names_are_printed_as_they_are(terminal):
    clock = Clock()
    progress = Progress(1, 1, file=terminal, clock=clock)
    progress.on_train_begin({})
    progress.on_epoch_begin(0, {})
    clock.now = 1
    progress.on_train_batch_end(0, {"[red]top[5]": 1.0})
    progress.on_epoch_end(0, {"[red]top[5]": 1.0})
    progress.on_train_end({})
    assert plain(terminal.getvalue()).count("[red]top[5]: 1.0000") >= 2


def test_a_simple_terminal_and_a_notebook_get_plain_lines(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert not is_live_terminal(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert is_live_terminal(Terminal())
    assert not is_live_terminal(io.StringIO())  # what a notebook has for sys.stdout


def test_an_interrupted_fit_gives_the_terminal_back(terminal, monkeypatch):
    class Interrupt(Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdout", terminal)
    model = Sequential([Input((2,)), Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(KeyboardInterrupt):
        model.fit(np.zeros((4, 2)), np.zeros(4), callbacks=[Interrupt()])
    assert sys.stdout is terminal
    assert gives_the_line_back(terminal.getvalue())


def test_plain_lines_need_no_rich(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    clock = Clock()
    run(Progress(1, 1, file=io.StringIO(), clock=clock), clock, epochs=1, steps=1, seconds_a_batch=1)
