"""A tape: recordings, and calls of Python in between, to be played as often as wanted.

Recordings that follow on each other become one table of jobs, which one call of compiled code runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from adim.engines.compiled import threads
from adim.engines.compiled.recording import Job, Recording

Part: TypeAlias = Recording | Callable[[], object]


class Tape:
    """What was recorded, ready to be played.

    Parameters
    ----------
    pool : Pool
        The threads for which it was recorded: scratch is there for so many.
    parts : sequence of Recording or callable
        In their order.
    """

    def __init__(self, pool: threads.Pool, parts: Sequence[Part]) -> None:
        self._pool, self._parts = pool, parts  # which hold what the jobs point to
        self._watched = [call for part in parts if isinstance(part, Recording) for call in part.watched]
        self._calls: list[Callable[[], object]] = []
        jobs: list[Job] = []
        for part in (*parts, None):
            if isinstance(part, Recording):
                jobs += part.jobs
                continue
            if jobs:
                table = [(job.code, job.call.buffer_info()[0], job.tasks) for job in jobs]
                self._calls.append(partial(pool.run_all, np.array(table, np.int64), max(job.tasks for job in jobs)))
                jobs = []
            if part is not None:
                self._calls.append(part)

    @property
    def fits(self) -> bool:
        """Whether the threads are those for which it was recorded."""
        return threads.pool() is self._pool

    def play(self) -> bool:
        """Do it all again; return whether all numbers were finite that should be."""
        for call in self._calls:
            call()
        notes = [told for told in self._watched if told[-1]]
        for told in notes:
            told[-1] = 0
        return not notes
