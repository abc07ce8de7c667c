"""The threads that compute: a job is a function and a count of tasks, and whoever is free takes the next task.

A job's tasks must not depend on each other, nor on who runs them; then its results do not either, and a thread that
comes late, or not at all, costs time and nothing else. The caller is one of the threads. The others stay awake for
a moment after a job and look for the next one, since a layer is followed by a layer; then they sleep.

Only one job runs at a time, so calls from many Python threads at once never keep more threads busy than asked. A job
is published, led and finished in one call of compiled code, where Python raises nothing: whatever interrupts a program,
no thread is left behind at arrays that are gone.

State
-----
The threads share one line of numbers in memory. The ticket holds the count of tasks and the next task together, so
who takes a task learns in the same instant whether there was one to take::

    ticket = tasks << 32 | next        taken by an atomic addition of 1; there is work while next < tasks
    done                               how many tasks are finished: the job is over when it reaches the count
    more                               whether another job is about to come: nobody goes to sleep then
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from array import array
from collections.abc import Callable
from typing import Any

import numpy as np

from adim.engines import settings
from adim.engines.compiled import library
from adim.engines.compiled.recording import Job, current
from adim.engines.compiled.records import Layout, Row, address

_SPIN = 10_000  # looks for work before a thread sleeps: a few tenths of a millisecond
_NAP = 10.0  # seconds after which it looks by itself, should whoever was to wake it have been interrupted
_TICKET, _DONE, _CODE, _ARGUMENTS, _MORE = 0, 64, 128, 136, 144  # bytes: ticket and done each in a line of the cache

JOB = Layout("code", "arguments", "tasks")
"""A job among several: the address of its code, that of what it is told, and how many tasks it has."""


class Pool:
    """So many threads, the caller included.

    Parameters
    ----------
    count : int
        How many.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._state = np.zeros(32, np.int64)
        self._place = self._state.ctypes.data + -self._state.ctypes.data % 64
        self._ticket = self._state[-self._state.ctypes.data % 64 // 8 :]
        self._turn = threading.Lock()
        self._asleep: dict[int, Any] = {}  # by thread: the lock that it waits for
        self._ended = False
        self._alone = _function(_alone, 3)
        self._lead = _function(_lead, 5)
        self._lead_all = _function(_lead_all, 5)
        self._follow = _function(_follow, 2)
        self._give_way = _address_of_give_way()
        self._processor = _question_which_processor()
        self.workers = [
            threading.Thread(target=self._work, args=(number,), name=f"adim-{number}", daemon=True)
            for number in range(1, count)
        ]
        for number, worker in enumerate(self.workers, 1):
            try:
                worker.start()
            except RuntimeError as error:
                self.end()
                raise RuntimeError(
                    f"the system gives this process no more than {number} threads, {count} are asked for: "
                    f"choose fewer with adim.set_num_threads or ADIM_NUM_THREADS"
                ) from error

    def run(self, code: int, call: array[int], tasks: int, *held: object) -> None:
        """Run ``code(call, task, thread)`` for every task, and return when all are finished.

        Parameters
        ----------
        code : int
            The address of compiled code.
        call : array
            What it is told: see `Layout.call`.
        tasks : int
            How many tasks; ``thread``, below `count`, says which thread runs one.
        *held : object
            All that the call points to, for a recording, which must hold it.
        """
        if tasks <= 0:
            return
        if (recording := current()) is not None:
            recording.jobs.append(Job(code, call, tasks, held))
        arguments = call.buffer_info()[0]
        with self._turn:
            if tasks == 1 or self.count == 1:
                self._alone(code, arguments, tasks)
                return
            self._wake(tasks - 1)  # they stay awake until the job is there
            self._lead(self._place, code, arguments, tasks, self._give_way)

    def run_all(self, jobs: Row, most: int) -> None:
        """Run jobs one right after the other, and return when all are finished.

        Parameters
        ----------
        jobs : ndarray of shape (n, 3)
            A `JOB` each.
        most : int
            The largest number of tasks.
        """
        with self._turn:
            if most > 1:
                self._wake(most - 1)
            self._lead_all(self._place, address(jobs), len(jobs), self._give_way, self.count)

    def end(self) -> None:
        """Let the threads go."""
        with self._turn:
            self._ended = True
            self._wake(self.count)

    def _wake(self, most: int) -> None:
        others = self._others() if self._asleep else None
        for _ in range(most):
            try:
                number, bell = self._asleep.popitem()
            except KeyError:
                return
            thread = self.workers[number - 1].native_id
            if others and thread:
                with contextlib.suppress(OSError):  # the thread has ended, or may not choose
                    os.sched_setaffinity(thread, others)
            with contextlib.suppress(RuntimeError):  # it was awake already
                bell.release()

    def _others(self) -> set[int] | None:
        """Return the processors but for the caller's own, if it is known.

        Linux wakes a thread where the caller is, who is thought to go to sleep. Ours does not, and the two would share
        that processor for some milliseconds, with another one idle.
        """
        if self._processor is None:
            return None
        return os.sched_getaffinity(0) - {self._processor()}

    def _work(self, number: int) -> None:
        bell = threading.Lock()
        bell.acquire()
        while not self._ended:
            self._follow(self._place, number)
            self._asleep[number] = bell
            ticket = int(self._ticket[0])
            work = ticket & 0xFFFFFFFF < ticket >> 32
            if (work or self._ended) and self._asleep.pop(number, None) is not None:
                continue
            bell.acquire(timeout=_NAP)  # also where it was rung already


# -- what the threads run


def _function(write: Callable[[Any], None], arguments: int) -> Any:
    code = library.address(write.__name__.lstrip("_"), write)
    return ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * arguments)(code)


def _address_of_give_way() -> int:
    """Return the address of the system's function that lets somebody else have the processor."""
    name, where = ("SwitchToThread", "kernel32") if os.name == "nt" else ("sched_yield", None)
    return ctypes.cast(ctypes.CDLL(where)[name], ctypes.c_void_p).value or 0


def _question_which_processor() -> Callable[[], int] | None:
    """Return the system's function that tells on which processor its caller is, where there is one (Linux)."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    return getattr(ctypes.CDLL(None), "sched_getcpu", None)


def _alone(module: Any) -> None:
    """Run all tasks: alone(code, arguments, tasks)."""
    from adim.engines.compiled.language import Function  # noqa: PLC0415 - only when it is compiled

    f = Function(module, "alone", ["code", "arguments", "tasks"])
    with f.loop(0, f.tasks) as task:
        f.call(f.code, [f.arguments, task, f.constant(0)])
    f.finish()


def _lead(module: Any) -> None:
    """Make a job known and take its tasks until all are finished: lead(state, code, arguments, tasks, give_way)."""
    from adim.engines.compiled.language import Function  # noqa: PLC0415 - only when it is compiled

    f = Function(module, "lead", ["state", "code", "arguments", "tasks", "give_way"])
    _lead_one(f, f.code, f.arguments, f.tasks)
    f.finish()


def _lead_all(module: Any) -> None:
    """Lead jobs one after the other: lead_all(state, jobs, count, give_way, threads)."""
    from adim.engines.compiled.language import Function  # noqa: PLC0415 - only when it is compiled

    f = Function(module, "lead_all", ["state", "jobs", "count", "give_way", "threads"])
    f.write_shared(f.constant(1), f.state + _MORE)
    with f.loop(0, f.count) as number:
        job = JOB.read(f, f.jobs + number * JOB.size)
        with f.either((job.tasks > 1) & (f.threads > 1)) as (several, alone):
            with several:
                _lead_one(f, job.code, job.arguments, job.tasks)
            with alone, f.loop(0, job.tasks) as task:
                f.call(job.code, [job.arguments, task, f.constant(0)])
    f.write_shared(f.constant(0), f.state + _MORE)
    f.finish()


def _lead_one(f: Any, code: Any, arguments: Any, tasks: Any) -> None:
    f.store(code, f.state + _CODE)
    f.store(arguments, f.state + _ARGUMENTS)
    f.write_shared(f.constant(0), f.state + _DONE)
    f.write_shared(tasks << 32, f.state + _TICKET)
    _take_tasks(f, f.constant(0))
    looks = f.variable(0)
    with f.repeat_while(lambda: f.read_shared(f.state + _DONE) < tasks):
        f.pause()
        looks += 1
        with f.when(looks.value > _SPIN):  # somebody else has the processor that a last task needs
            f.call(f.give_way, [])


def _follow(module: Any) -> None:
    """Take tasks, of this job and the next ones, until none came for a while, or will: follow(state, thread)."""
    from adim.engines.compiled.language import Function  # noqa: PLC0415 - only when it is compiled

    f = Function(module, "follow", ["state", "thread"])
    looks = f.variable(0)
    with f.repeat_while(lambda: looks.value < _SPIN):
        with f.when(_work_left(f.read_shared(f.state + _TICKET))):
            _take_tasks(f, f.thread)
            looks.set(f.constant(0))
        f.pause()
        looks.set(f.select(f.read_shared(f.state + _MORE).differs(0), 0, looks.value + 1))
    f.finish()


def _work_left(ticket: Any) -> Any:
    return (ticket & ticket.function.constant(0xFFFFFFFF)) < (ticket >> 32)


def _take_tasks(f: Any, thread: Any) -> None:
    ticket = f.variable(f.fetch_add(f.state + _TICKET, 1))
    with f.repeat_while(lambda: _work_left(ticket.value)):
        task = ticket.value & f.constant(0xFFFFFFFF)
        f.call(f.load(f.state + _CODE), [f.load(f.state + _ARGUMENTS), task, thread])
        f.fetch_add(f.state + _DONE, 1)
        ticket.set(f.fetch_add(f.state + _TICKET, 1))


# -- the one pool of the process

_pool: Pool | None = None
_making = threading.Lock()


def pool() -> Pool:
    """Return the process's threads: as many as `adim.set_num_threads` says, started when they are first needed."""
    global _pool  # noqa: PLW0603 - the one pool
    found = _pool
    if found is None or found.count != settings.get_num_threads():
        with _making:
            found = _pool
            if found is None or found.count != settings.get_num_threads():
                before, found = found, Pool(settings.get_num_threads())
                _pool = found
                if before is not None:
                    before.end()
    return found


def _forget_parent() -> None:
    """Start anew in a child that was forked: it has none of its parent's threads, and may hold their locks."""
    global _pool, _making
    _pool, _making = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
