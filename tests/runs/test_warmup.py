"""Compiling ahead: what was compiled is there for the next program, or people are told that it is not."""

import os
import subprocess
import sys

import pytest

import adim
from adim import runs
from adim.layers import Conv2D, Dense, Flatten, Input


@pytest.fixture
def model(tmp_path):
    """Return the path of a small network, and its variables."""
    image = Input((6, 6, 1))
    network = adim.Model(image, Dense(3)(Flatten()(Conv2D(2, 3, activation="relu")(image))))
    network.save(tmp_path / "small.safetensors")
    return tmp_path / "small.safetensors"


def warmup(model, cache):
    """Warm up in a process of its own, which has loaded nothing yet."""
    return subprocess.run(
        [sys.executable, "-m", "adim", "warmup", str(model), "--batch-size", "3"],
        env={**os.environ, "ADIM_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_warmup_compiles_and_keeps(model, tmp_path):
    cache = tmp_path / "cache"
    done = warmup(model, cache)
    kept = sorted(cache.iterdir())
    assert done.stdout.startswith(f"{len(kept)} kernels for 1 networks, in ")
    assert done.stdout.endswith(f"are kept in {cache}\n")
    assert (done.returncode, len(kept) > 5) == (0, True)
    before = [path.stat().st_mtime_ns for path in kept]
    assert warmup(model, cache).returncode == 0
    assert [path.stat().st_mtime_ns for path in sorted(cache.iterdir())] == before  # nothing was compiled again


def test_a_place_where_nothing_can_be_kept_is_named(model, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = warmup(model, tmp_path / "file")
    assert done.returncode == 2
    assert f"error: what was compiled cannot be kept in {tmp_path / 'file'}: let ADIM_CACHE_DIR name" in done.stderr
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_model_that_is_not_there(tmp_path):
    with pytest.raises(runs.InputError, match="nowhere"):
        runs.warmup([tmp_path / "nowhere.safetensors"])
