"""What `import adim` brings along, and what it does not."""

import importlib.metadata
import json
import subprocess
import sys

import pytest

import adim
from adim import blocks, ops, steps

HEAVY = ["h5py", "matplotlib", "PIL", "rich", "typer", "safetensors", "numba", "llvmlite", "sklearn", "scipy", "torch"]


def in_a_new_process(code):
    """Run code that prints JSON."""
    program = f"import sys, json; sys.path[:0] = {sys.path!r}; {code}"
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_importing_adim_is_light():
    loaded = in_a_new_process("import adim; print(json.dumps(sorted(sys.modules)))")
    assert "numpy" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_importing_adim_prints_nothing_and_leaves_the_random_state_of_numpy_alone():
    first, second = in_a_new_process(
        "import numpy as np; np.random.seed(1); import adim, adim.ops; a = np.random.rand(); "
        "np.random.seed(1); print(json.dumps([a, np.random.rand()]))"
    )
    assert first == second


@pytest.mark.parametrize("module", [adim, ops, steps])
def test_every_public_name_is_there_and_documented(module):
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        assert getattr(module, name).__doc__, name


@pytest.mark.parametrize("module", [blocks, ops, steps])
def test_every_function_shows_an_example(module):
    for name in module.__all__:
        assert ">>>" in getattr(module, name).__doc__, name


def test_the_eight_functions_stand_at_the_top():
    for name in steps.__all__:
        assert name in adim.__all__
        assert getattr(adim, name) is not getattr(steps, name)


def test_the_version_is_that_of_the_distribution():
    try:
        installed = importlib.metadata.version("adim")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("adim is not installed here, only importable")
    assert adim.__version__ == installed
