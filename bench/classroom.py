"""``python -m bench classroom``: how long a class and a learner wait, and whether a run that was killed goes on.

The class is made of the submissions that the tests keep: right ones in many styles, wrong ones of many mistakes, and
those that mean harm.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain, cycle, islice
from pathlib import Path

from adim.learn.sandbox import isolation
from adim.learn.workbook import lessons
from adim.learn.workbook.folder import exercises_file
from bench import machine, report

_ROOT = Path(__file__).parents[1]
_SUBMISSIONS = _ROOT / "tests" / "learn" / "submissions"
_HOSTILE = _ROOT / "tests" / "learn" / "hostile"
_LEFT = ("grades.csv", "class.md", "nbgrader.csv")


def run(*, submissions: int, threads: int, out: Path) -> None:
    """Grade a class twice, killed half-way and begun again the second time; print the times, write them into `out`."""
    settings = {"submissions": submissions, "jobs": threads}
    with machine.observed({}) as description, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "class")
        folder.mkdir()
        hostile = _fill(folder, submissions)
        whole = _graded(folder, Path(scratch, "whole"), threads)
        killed, kept, rest = _killed_and_resumed(folder, Path(scratch, "resumed"), threads, whole / 2)
        same = all(
            Path(scratch, "whole", name).read_bytes() == Path(scratch, "resumed", name).read_bytes() for name in _LEFT
        )
        waits = {name: _wait(text) for name, text in _checked().items()}
    wall = "bubblewrap" if isolation().bubblewrap else "resource limits"
    text = "\n".join(
        [
            report.headline(description, settings),
            "",
            f"{submissions} submissions, {hostile} of them hostile, behind {wall}: {whole:.1f} s",
            f"killed after {killed:.1f} s with {kept} graded; the rest took {rest:.1f} s",
            f"the results of both are {'the same' if same else 'DIFFERENT'}",
            "",
            "check(conv_forward) in a new process, the import not counted:",
            *(f"{name:32} {seconds:6.3f} s" for name, seconds in waits.items()),
        ]
    )
    data = {
        "machine": description,
        "settings": settings,
        "hostile": hostile,
        "isolation": wall,
        "seconds": whole,
        "check": waits,
        "killed": {"after": killed, "graded": kept, "rest": rest, "same": same},
    }
    report.publish(out / f"{machine.stamp(description)}-classroom", text, data)


def _fill(folder: Path, count: int) -> int:
    """Write so many submissions into a folder, each kind of harm once, and return how many mean harm."""
    right = sorted((_SUBMISSIONS / "right").glob("*.py"))
    harm = [f"{right[0].read_text('utf-8')}\n\n{path.read_text('utf-8')}" for path in sorted(_HOSTILE.glob("*.txt"))]
    rest = [path.read_text("utf-8") for path in [*right, *sorted(_SUBMISSIONS.glob("[lw]*/*.py"))]]
    texts: Iterator[str] = islice(chain(harm, cycle(rest)), count)
    for number, text in enumerate(texts):
        (folder / f"learner{number:03}.py").write_text(f"{text}\n# handed in by {number}\n", "utf-8")
    return min(len(harm), count)


def _checked() -> dict[str, str]:
    """Return versions of `conv_forward` that ask ever more of the diagnosis."""
    right = exercises_file(lessons("en"), "en", solved=True)
    end = "    return Z, cache"
    unknown = f"    Z[...] = Z * 1.5 + np.arange(Z.shape[-1])\n{end}"
    return {
        "right": right,
        "one mistake": right.replace("top = h * stride", "top = h"),
        "two mistakes": right.replace("top = h * stride", "top = h").replace("_prev + 2 * pad - f", "_prev + pad - f"),
        "wrong in a way nobody knows": right.replace(end, unknown),
        "endless": right.replace(end, f"    while True:\n        pass\n{end}"),
    }


def _wait(text: str) -> float:
    """Return how many seconds a check of `conv_forward` takes in a process that has not checked anything yet."""
    program = (
        "import time\nimport numpy as np\nfrom adim.learn import check\n"
        f"{text}\nstarted = time.perf_counter()\ncheck(conv_forward)\nprint(time.perf_counter() - started)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "learner.py")
        path.write_text(program, "utf-8")
        done = subprocess.run([sys.executable, path], check=True, capture_output=True, text=True, cwd=_ROOT)
    return float(done.stdout.split()[-1])


def _command(folder: Path, output: Path, jobs: int) -> list[str]:
    return [sys.executable, "-m", "adim", "course", "grade", f"{folder}", "-o", f"{output}", "--jobs", f"{jobs}"]


def _graded(folder: Path, output: Path, jobs: int) -> float:
    started = time.perf_counter()
    subprocess.run(_command(folder, output, jobs), check=True, capture_output=True)
    return time.perf_counter() - started


def _killed_and_resumed(folder: Path, output: Path, jobs: int, seconds: float) -> tuple[float, int, float]:
    """Kill a run after some seconds; return when, how many submissions it had graded, and how long the rest took."""
    process = subprocess.Popen(
        _command(folder, output, jobs), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    started = time.perf_counter()
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    killed = time.perf_counter() - started
    kept = len(list(output.glob(".verdicts/*")))
    return killed, kept, _graded(folder, output, jobs)
