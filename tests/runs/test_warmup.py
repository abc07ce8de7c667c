"""Compiling ahead leaves nothing to compile, and the network as it was."""

import numpy as np
import pytest

from adim import get_engine
from adim.engines.compiled import library
from adim.networks import build
from adim.runs import InputError, warmup


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.safetensors"
    build("resnet", (9, 7, 2), 3, seed=0).save(path)
    return path


def test_a_second_time_there_is_nothing_to_compile(model, monkeypatch):
    first = warmup([model], batch_size=3)
    assert (first.networks, first.folder) == (1, str(library.cache_folder()))
    assert first.kernels > 10
    monkeypatch.setattr(library, "_compile_and_keep", None)  # whoever compiles now, fails
    assert warmup([model], batch_size=3).kernels == first.kernels


def test_the_engine_and_the_model_stay_what_they_were(model):
    before = get_engine(), model.read_bytes()
    warmup([model], batch_size=2)
    assert (get_engine(), model.read_bytes()) == before


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        warmup([tmp_path / "nowhere.safetensors"])
    (tmp_path / "text.safetensors").write_text("text")
    with pytest.raises(InputError):
        warmup([tmp_path / "text.safetensors"])


def test_a_network_in_memory_keeps_its_averages():
    from adim.runs.warmup import _exercise

    network = build("resnet", (8, 8, 1), 3, seed=0)
    before = {name: array.copy() for name, array in network.graph.named_variables()}
    _exercise(network, 2)
    for name, array in network.graph.named_variables():
        np.testing.assert_array_equal(array, before[name])
