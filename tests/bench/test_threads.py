"""The number of threads reaches the libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import threads
from bench.threads import limit  # not by its place, where the other tests have put something else

ROOT = Path(threads.__file__).parent.parent


@pytest.mark.parametrize("count", [1, 2])
def test_blas_takes_the_number(count: int) -> None:
    pytest.importorskip("threadpoolctl")
    program = f"""
from bench import threads
from bench.threads import limit  # not by its place, where the other tests have put something else
threads.limit({count})
import numpy, threadpoolctl
print({{pool["num_threads"] for pool in threadpoolctl.threadpool_info()}})
"""
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert found.stdout.strip() in (f"{{{min(count, threads.usable())}}}", "set()")  # none where BLAS is unknown to it


def test_too_late_is_said() -> None:
    with pytest.raises(RuntimeError, match="NumPy is loaded already"):
        limit(2)


def test_command_line_loads_no_numpy_before_the_choice() -> None:
    program = "import sys, bench.__main__; print('numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "False"
