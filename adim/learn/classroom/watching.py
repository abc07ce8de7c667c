"""How grading is getting on: a bar in a terminal, a line for each learner anywhere else."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self, TextIO

from adim.learn.classroom.feedback import headline
from adim.learn.classroom.result import Graded
from adim.learn.languages import Language, Text
from adim.progress import is_live_terminal

_BAR = Text(en="Grading", tr="Değerlendiriliyor")
_LEFT = Text(en="left", tr="kaldı")
_STOPPED = Text(
    en="Stopped. {done} of {total} submissions are graded and kept: the same command goes on from there.",
    tr="Durduruldu. {total} ödevin {done} tanesi değerlendirildi ve saklandı: aynı komut kaldığı yerden sürdürür.",
)


class Watch:
    """Shows each learner who is done.

    Parameters
    ----------
    total : int
        How many learners there are.
    file : text file or None
        Where to show it; None for nowhere.
    language : {"en", "tr"}
        The language to say it in.
    live : bool, optional
        Whether to draw a bar; by default where `file` is a terminal that can.
    """

    def __init__(self, total: int, file: TextIO | None, language: Language, *, live: bool | None = None) -> None:
        self.total = total
        self.file = file
        self.language = language
        self.done = 0
        self.live = (file is not None and is_live_terminal(file)) if live is None else live
        self._bar: Any = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Draw the empty bar."""
        if self.file is not None and self.live:
            self._bar = _bar(self.file, self.total, self.language)
            self._bar.start()
        return self

    def tell(self, graded: Graded) -> None:
        """Show that one more is done."""
        text = headline(graded, self.language)
        with self._lock:  # learners are told of by several threads
            self.done += 1
            if self._bar is not None:
                self._bar.update(self._bar.task_ids[0], completed=self.done, learner=text)
            elif self.file is not None:
                print(f"{self.done}/{self.total} {text}", file=self.file, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away; after Ctrl-C, say that nothing is lost."""
        if self._bar is not None:
            self._bar.stop()
        if self.file is not None and kind is KeyboardInterrupt:
            print(_STOPPED.into(self.language, done=self.done, total=self.total), file=self.file, flush=True)


def _bar(file: TextIO, total: int, language: Language) -> Any:
    from rich.console import Console  # noqa: PLC0415 - heavy, only when needed
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = [
        TextColumn(_BAR.into(language)),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn(_LEFT.into(language)),
        TextColumn("{task.fields[learner]}", markup=False),
    ]
    bar = Progress(*columns, console=Console(file=file), transient=True)
    bar.add_task("", total=total, learner="")
    return bar
