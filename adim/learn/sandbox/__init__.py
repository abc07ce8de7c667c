"""Runs a learner's functions in a process of their own, so that nothing they do harms, fools or outlives it.

Code and calls go in, answers come out; they are compared elsewhere, where no submission can reach. All that one can do
to its own process spoils its own answers.

`inside` is what runs in that process, `bubblewrap` puts a wall around it, `carrier` starts it, waits and ends it,
`answers` reads what comes back, and `walls` tells how good the walls are here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from adim.learn.sandbox.answers import read
from adim.learn.sandbox.carrier import carry
from adim.learn.sandbox.inside.limits import USUAL, Limits
from adim.learn.sandbox.walls import Isolation, isolation
from adim.learn.trial import End, Outcome, Task, dump

__all__ = ["Isolation", "Limits", "isolation", "run"]


def run(
    code: str, tasks: Sequence[Task], limits: Limits = USUAL, *, bubblewrap: bool = True
) -> list[tuple[Outcome, ...]]:
    r"""Make the calls of some tasks, each task in a process of its own, and return what came of them.

    Parameters
    ----------
    code : str
        A submission: Python source that defines the functions.
    tasks : sequence of Task
        The functions to call, and how.
    limits : Limits
        What each may take.
    bubblewrap : bool
        Whether bubblewrap is used where it works; `isolation` says whether it does.

    Returns
    -------
    list of tuple of Outcome
        For every task one outcome a call, in their order. When a call takes too long, the rest of its task was not
        reached; nor is it when a second process dies.

    Raises
    ------
    RuntimeError
        If the sandbox does not work on this machine.

    Examples
    --------
    >>> from adim.learn.trial import Case
    >>> tasks = [Task("double", (Case("", {"x": 4}),)), Task("leave", (Case("", {}),))]
    >>> code = "import os\ndouble = lambda x: 2 * x\nleave = lambda: os._exit(0)"
    >>> [(outcome.end, outcome.value) for (outcome,) in run(code, tasks)]
    [('returned', 8), ('died', None)]
    """
    walled = isolation(bubblewrap=bubblewrap).bubblewrap
    at_once = len(tasks) if hasattr(os, "fork") else 1
    told: list[tuple[Outcome, ...]] = []
    while len(told) < len(tasks):
        batch = tuple(tasks[len(told) : len(told) + at_once])
        seconds = len(batch) * (2 * limits.loading + limits.total)
        reply = carry(dump((code, tuple(limits), batch)), seconds, walled=walled)
        told += _by_task(list(map(read, reply.frames)), batch, "ran out of time" if reply.late else "died")
    return told


def _by_task(outcomes: list[Outcome], tasks: Sequence[Task], end: End) -> Iterator[tuple[Outcome, ...]]:
    """Part outcomes by task, up to the first task that has not all of its own: there, the process itself was lost."""
    for task in tasks:
        own, outcomes = outcomes[: len(task.cases)], outcomes[len(task.cases) :]
        missing = len(task.cases) - len(own)
        if missing:
            yield (*own, Outcome(end), *[Outcome("was not reached")] * (missing - 1))
            return
        yield tuple(own)
