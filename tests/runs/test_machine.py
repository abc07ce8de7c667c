"""What a result was made with."""

import os
import platform

import numpy as np

import adim
from adim.runs.machine import info


def test_info_says_versions_engines_cores_and_blas(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    known = info()
    assert known["adim"] == adim.__version__
    assert platform.python_version() in known["Python"]
    assert f"numpy {np.__version__}" in known["libraries"]
    assert "vectorised" in known["engines"]
    assert known["cores"].endswith(f"of {os.cpu_count()}")
    assert known["threads"] == "OMP_NUM_THREADS=2"


def test_a_missing_library_is_called_missing(monkeypatch):
    monkeypatch.setattr("adim.runs.machine._LIBRARIES", ("numpy", "no-such-library"))
    assert info()["libraries"].endswith("no-such-library missing")
