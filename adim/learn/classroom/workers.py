"""Processes that judge submissions side by side, and may die of one without taking the others along.

Reading hostile source, comparing answers and naming mistakes happen in a process of its own, too, although no code of
a learner's runs there: what a parser does with a submission made to break it, nobody knows.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

PATIENCE = 600.0  # seconds for one submission, whose own limits are far narrower

_processes = multiprocessing.get_context("spawn")  # to fork a process with threads copies their locks as they are


class WorkerError(RuntimeError):
    """A call failed.

    Attributes
    ----------
    reason : {"failed", "died", "late"}
        The function raised, as the message says; or its process died; or it did not answer in time.
    """

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class Worker:
    """A process that calls a function for others.

    Parameters
    ----------
    patience : float
        For how many seconds an answer is waited for.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._process: Any = None
        self._ours: Any = None

    def call(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Return what a function returns there.

        Raises
        ------
        WorkerError
            If the function raises, or the process dies or does not answer in time; the next call gets a new one.
        """
        if self._process is None:
            self._ours, theirs = _processes.Pipe()
            self._process = _processes.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
        try:
            self._ours.send((function, arguments))
            if not self._ours.poll(self.patience):
                raise TimeoutError
            fine, answer = self._ours.recv()
        except (EOFError, OSError) as error:
            self.close()
            raise WorkerError("late" if isinstance(error, TimeoutError) else "died") from error
        if not fine:
            raise WorkerError("failed", answer)
        return answer  # type: ignore[no-any-return]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._ours.close()
            self._process.terminate()
            self._process.join()
            self._process = None


def _serve(pipe: Connection) -> None:
    """Answer calls until the other side is gone."""
    # Ctrl-C reaches every process of a terminal. Ours decides what ends; what runs is finished and written down.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        try:
            answer = (True, function(*arguments))
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to this call
            answer = (False, f"{type(error).__name__}: {error}")
        try:
            pipe.send(answer)
        except OSError:  # the other side was killed
            return


def side_by_side(do: Callable[[Worker, Item], Result], items: Sequence[Item], jobs: int) -> list[Result]:
    """Do the same with every item, a few at a time, each time with a worker to hand.

    After Ctrl-C, what has begun is finished first.

    Parameters
    ----------
    do : callable
        Takes a worker and an item. It is called in threads, the worker works in a process.
    items : sequence
        What to do it with.
    jobs : int
        How many at a time.

    Returns
    -------
    list
        The results in the order of the items.
    """
    waiting: SimpleQueue[tuple[int, Item]] = SimpleQueue()
    for pair in enumerate(items):
        waiting.put(pair)
    done: SimpleQueue[tuple[int, Result] | BaseException] = SimpleQueue()
    leaving = threading.Event()

    def work() -> None:
        worker = Worker()
        try:
            while not leaving.is_set():
                place, item = waiting.get_nowait()
                done.put((place, do(worker, item)))
        except Empty:
            pass
        except BaseException as error:  # noqa: BLE001 - raised where the results are awaited
            done.put(error)
        finally:
            worker.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(jobs, len(items)))]
    for thread in threads:
        thread.start()
    results: dict[int, Result] = {}
    try:
        while len(results) < len(items):
            got = done.get()
            if isinstance(got, BaseException):
                raise got
            results[got[0]] = got[1]
    finally:
        leaving.set()
        for thread in threads:
            thread.join()
    return [results[place] for place in range(len(items))]
