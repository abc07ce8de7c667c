"""What a submission may take, and how the system is asked to hold it to that."""

from __future__ import annotations

import contextlib
import importlib
import math
from typing import Any, NamedTuple

resource: Any = None
with contextlib.suppress(ImportError):  # Windows has none
    resource = importlib.import_module("resource")

_OWN = 256 * 2**20  # bytes of addresses that Python and NumPy take themselves


class Limits(NamedTuple):
    """What a submission may take.

    Attributes
    ----------
    seconds : float
        For one call of a function, by the clock.
    total : float
        For a task, all its calls together.
    loading : float
        For running the submission itself, before a function is called.
    memory : int
        Bytes beside those of Python and NumPy.
    answer : int
        Bytes of one answer.

    Examples
    --------
    >>> Limits(seconds=0.5).memory // 2**20
    1024
    """

    seconds: float = 3.0
    total: float = 20.0
    loading: float = 5.0
    memory: int = 2**30
    answer: int = 2**20


USUAL = Limits()


def impose(limits: Limits) -> bool:
    """Hold this process to limits that it cannot lift; say whether the system has such.

    The clock is not among them: who waits for the answers watches it. That of the processor is set a little later, and
    ends what nobody waits for any more.
    """
    if resource is None:
        return False
    bounds = {
        "AS": limits.memory + _OWN,
        "CPU": math.ceil(limits.loading + limits.total) + 1,
        "FSIZE": 0,  # no file grows by a byte
        "NOFILE": 64,
        "CORE": 0,
        "NPROC": 0,  # no process beside those that the user has, and no thread
    }
    for name, bound in bounds.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            bound = min(bound, hard)
        try:
            resource.setrlimit(kind, (bound, bound))
        except (OSError, ValueError):  # macOS knows limits that it does not set
            continue
    return True
