"""The program that runs a submission, each task in a process of its own.

It is started as ``python -I -S -B worker.py``, with an empty environment and no packages in reach. What it is to do
stands in its standard input, the answers go to its standard output: frames that each hold what `adim.learn.trial.dump`
wrote. The process that reads and writes these never runs a line of a submission. For each task it forks one that has
neither, gives up all that it does not need, and hands its answers over through a pipe. So whatever a submission does to
its process, the next task finds a clean one, and what it writes can only be taken for its own answers to this task.

Where a system cannot fork, the process runs one task and is replaced.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

FILE = "submission.py"  # as tracebacks know it
DEATHS = 2  # so many processes may a task lose before its other calls are left


def main() -> None:
    """Do what standard input says.

    The arguments are where ``trial.py`` and NumPy's ``__init__.py`` lie, and a descriptor that can be read when nobody
    waits for the answers any more.
    """
    trial, numpy, leash = sys.argv[1:]
    Worker(Path(trial), Path(numpy), int(leash)).work(sys.stdin.buffer.read())


class Worker:
    """The process that supervises.

    Parameters
    ----------
    trial, numpy : Path
        Files to load.
    leash : int
        As `main` has it.
    """

    def __init__(self, trial: Path, numpy: Path, leash: int) -> None:
        self._numpy = numpy.parent
        self._leash = leash
        _module("numpy", numpy)
        self._trial = _module("trial", trial)
        rooms = ("child", "limits", "system_calls", "announced", "processes")
        self._child, self._limits, self._system_calls, self._announced, self._processes = (
            _module(name, Path(__file__).with_name(f"{name}.py")) for name in rooms
        )
        self._out = os.dup(1)
        self._late = False  # whether the submission took too long to load

    def work(self, request: bytes) -> None:
        """Answer every task of a request; where there is none, tell which walls hold."""
        code, limits, tasks = self._trial.load(request)
        limits = self._limits.Limits(*limits)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nothing, descriptor)
        self._send(b"")  # it has begun
        if not hasattr(os, "fork"):
            for frame in filter(None, self._task(code, limits, tasks[0]) if tasks else self._walls(limits)):
                self._send(frame)
            return
        self._processes.adopt_orphans()
        for task in tasks:
            self._supervise(code, limits, task)
        if not tasks:
            with self._child.Child(partial(self._walls, limits), self._leash) as child:
                self._send(child.frame(limits.loading, limits.answer))

    def _supervise(self, code: str, limits: Any, task: Any) -> None:
        """Answer a task, with another process for what is left where one is lost."""
        left, deaths, latest = task.cases, 0, time.monotonic() + limits.total
        while left and deaths < DEATHS:
            try:
                for frame in self._answers(code, limits, task._replace(cases=left), latest):
                    self._send(frame)
                    left = left[1:]
            except self._child.Lost as lost:
                self._send(self._outcome(lost.end, lost.cause))
                left = left[1:]
                deaths += DEATHS if lost.end == "ran out of time" else 1
        for _ in left:
            self._send(self._outcome("was not reached"))

    def _answers(self, code: str, limits: Any, task: Any, latest: float) -> Iterator[bytes]:
        """Yield what a child answers in time; the submission is loaded in each, unless it was late once."""
        if self._late:
            raise self._child.Lost("ran out of time")
        try:
            with self._child.Child(partial(self._task, code, limits, task), self._leash) as child:
                try:
                    child.frame(limits.loading, 0)
                except self._child.Lost as lost:
                    self._late = lost.end == "ran out of time"
                    raise
                for _ in task.cases:
                    yield child.frame(min(limits.seconds, latest - time.monotonic()), limits.answer)
        finally:
            self._processes.sweep()

    # -- in the child, or where there is none, in the process that is replaced -----------------------------------------

    def _task(self, code: str, limits: Any, task: Any) -> Iterator[bytes]:
        """Load the submission, yield an empty frame, then make the calls."""
        self._confine(limits)
        program = self._trial.load_program(code, FILE)
        yield b""
        for case in task.cases:
            answer = self._call(program, task._replace(cases=(case,)))
            if len(answer) > limits.answer:
                answer = self._outcome("returned", value=self._trial.Other(f"an answer of {len(answer)} bytes"))
            yield answer

    def _call(self, program: Any, task: Any) -> bytes:
        """Make the one call of a task."""
        if task.function not in program.names:
            line, told = program.failures[0] if program.failures else (None, f"NameError: there is no {task.function}")
            error, _, message = told.partition(": ")
            return self._outcome("raised", error, message=message, line=line)
        try:
            (outcome,) = self._trial.perform(task, program.names, FILE)
            answer: bytes = self._trial.dump(outcome)
        except MemoryError:
            return self._outcome("ran out of memory", "MemoryError")
        except BaseException as raised:  # noqa: BLE001 - KeyboardInterrupt among others, which nobody here has typed
            return self._outcome("raised", type(raised).__name__)
        return answer

    def _walls(self, limits: Any) -> Iterator[bytes]:
        yield self._trial.dump(self._confine(limits))

    def _confine(self, limits: Any) -> tuple[str, ...]:
        """Put up the walls, for good, and tell which there are."""
        walls = {
            "limits": self._limits.impose(limits),
            "nobody": self._processes.become_nobody(self._numpy, Path(os.__file__).parent),
        }
        self._processes.die_with_parent()  # after a change of the user, which lifts that
        walls["system calls"] = self._system_calls.give_up_system_calls()
        self._announced.refuse_what_is_announced(self._numpy)
        return (*(wall for wall, stands in walls.items() if stands), "announced")

    def _outcome(self, end: str, error: str = "", **more: Any) -> bytes:
        return bytes(self._trial.dump(self._trial.Outcome(end=end, error=error, **more)))

    def _send(self, frame: bytes) -> None:
        self._child.send(self._out, frame)


def _module(name: str, file: Path) -> ModuleType:
    """Import a file, so that nothing else of its folder is in reach; of a package, its own modules are."""
    folders = [str(file.parent)] if file.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
