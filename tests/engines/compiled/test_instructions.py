"""Every instruction set of the table: this machine's narrower ones by running them, Arm's by reading the assembly."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from adim.engines.compiled import processor

NARROWER = [row.name for row in processor.INSTRUCTION_SETS if processor.host()[1].get(row.feature, False)][1:]


def everything(task, **environment):
    """Run the program beside this file, and return what it found."""
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("everything.py")), task],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", NARROWER)
def test_narrower_instructions_give_the_same_results(name, tmp_path):
    found = everything("compare", ADIM_INSTRUCTIONS=name, ADIM_CACHE_DIR=str(tmp_path))
    assert found["instructions"] == name
    apart = {kind: difference for kind, difference in found["differences"].items() if "float32" in kind}
    assert max(apart.values()) < 2e-5, max(apart, key=apart.get)
    apart = {kind: difference for kind, difference in found["differences"].items() if "float64" in kind}
    assert max(apart.values()) < 1e-13, max(apart, key=apart.get)
    assert len(found["differences"]) > 150


@pytest.fixture(scope="module")
def arm():
    return everything("neon")


def test_all_kernels_compile_for_arm_and_call_nothing(arm):
    names = " ".join(arm)
    for kind in ("tile", "correlation", "winograd", "depthwise", "packing", "maximum", "mean", "normal", "lead"):
        assert kind in names
    assert not [name for name, counts in arm.items() if counts["calls"]]


def test_whole_tiles_stay_in_arms_registers(arm):
    """Those with a mask, for the last columns, may not: Arm loads masked vectors number by number."""
    tiles = {name: re.fullmatch(r"tile_f(\d+)_(\d+)x(\d+)x(\d+)(_masked)?(_adjacent)?", name) for name in arm}
    tiles = {name: match for name, match in tiles.items() if match}
    assert any("_12x2x4" in name for name in tiles)
    for name, match in tiles.items():
        rows, vectors, lanes = (int(match[n]) for n in (2, 3, 4))
        if lanes > 1:
            assert arm[name]["multiplications"] >= rows * vectors, name
            assert match[5] or not arm[name]["spills"], name


def test_a_waiting_loop_says_so_on_arm(arm):
    assert arm["lead"]["hints"] == arm["follow"]["hints"] == 1


def test_an_instruction_set_that_is_not_there_is_refused():
    done = subprocess.run(
        [sys.executable, "-c", "from adim.engines.compiled.processor import instruction_set as i; i()"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "ADIM_INSTRUCTIONS": "mmx"},
        check=False,
    )
    assert done.returncode != 0
    assert "the environment variable ADIM_INSTRUCTIONS must be one of" in done.stderr
