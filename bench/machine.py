"""What a figure was measured with: the processor, the versions, the hour, and who else was at work.

A time without them cannot be compared with anything, not even with itself a year later. The last one matters most: a
side with two threads waits for the slower of them, so one busy neighbour can make a call last a hundred times longer.
"""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

import adim
from bench.threads import usable

_ROOT = Path(__file__).parent.parent
_INSTRUCTION_SETS = ("sse4_2", "avx", "fma", "amx", "asimd", "sve")  # how the flags that matter begin


@contextmanager
def observed(peers: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """Give the description of the machine; at the end, write into it how many processors others kept busy meanwhile.

    That is its item "others", as a mean over the time; None where it cannot be found out. Its item "peers" has the
    versions of the packages that are measured against.

    Examples
    --------
    >>> with observed() as description:
    ...     total = sum(range(1000))
    >>> "cpu" in description, "others" in description
    (True, True)
    """
    description = describe() | {"peers": dict(peers or {}), "others": None}
    start, before = time.monotonic(), _busy_others()
    yield description
    if (after := _busy_others()) is not None and before is not None:
        description["others"] = round(max(after - before, 0) / (time.monotonic() - start), 2)


def describe() -> dict[str, Any]:
    """Return the machine, the versions and the date, ready for JSON; None for what cannot be found out."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _cpu(),
        "cores": usable(),
        "instruction_sets": _instruction_sets(),
        "l2": _cache(2),
        "l3": _cache(3),
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "adim": adim.__version__,
        "commit": _commit(),
    }


def stamp(description: Mapping[str, Any]) -> str:
    """Return the date of a description as the names of files begin: "20260131-235959"."""
    return datetime.fromisoformat(description["date"]).strftime("%Y%m%d-%H%M%S")


def _cpu() -> str:
    return _cpuinfo().get("model name") or _output("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor()


def _instruction_sets() -> list[str]:
    info = _cpuinfo()
    if flags := info.get("flags") or info.get("Features"):  # x86 or Arm
        return sorted(flag for flag in flags.split() if flag.startswith(_INSTRUCTION_SETS))
    extensions = np.show_config(mode="dicts")["SIMD Extensions"]
    return [*extensions["baseline"], *extensions.get("found", [])]


def _cpuinfo() -> dict[str, str]:
    """Return what Linux says of the first processor."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return {}
    first, *_ = path.read_text(encoding="utf-8").split("\n\n")
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in first.splitlines())}


def _cache(level: int) -> str | None:
    """Return the size of a cache as Linux or macOS writes it."""
    for index in Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"):
        if (index / "level").read_text().strip() == str(level):
            return (index / "size").read_text().strip()
    return _output("sysctl", "-n", f"hw.l{level}cachesize")


def _busy_others() -> float | None:
    """Return the seconds that processors have spent on anything but this process and its children, as Linux counts."""
    path = Path("/proc/stat")
    if not path.exists():
        return None
    user, nice, system, _idle, _waiting, *interrupts_and_stolen = map(int, path.read_text().split()[1:9])
    busy = (user + nice + system + sum(interrupts_and_stolen)) / os.sysconf("SC_CLK_TCK")
    return busy - sum(os.times()[:4])


def _commit() -> str | None:
    """Return the commit that is checked out, with a + where files of ours have changed since."""
    commit = _output("git", "-C", str(_ROOT), "rev-parse", "--short", "HEAD")
    changes = _output("git", "-C", str(_ROOT), "status", "--porcelain", "--", "adim", "bench")
    return f"{commit}+" if commit and changes else commit


def _output(*command: str) -> str | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() or None
    except (OSError, subprocess.CalledProcessError):
        return None
