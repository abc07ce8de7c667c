"""What is measured of this machine and of adim: the amounts, worked by hand, never the times."""

import numpy as np
import pytest

from adim import speed
from adim.speed import Measurement, Roof, Timing, layers, networks, roof, start


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr("adim.speed.timing._SETTLE", 0)


def test_a_speed_is_the_amount_over_the_median():
    found = Measurement("3x3", "", "forward", Timing(0.5, 0.4, 0.6, 5), 3.0, "GFLOP", traffic=2 * 10**9)
    assert found.speed == 6
    assert found.intensity == 1.5
    assert found._replace(unit="images").intensity == 0
    assert found._replace(traffic=0).intensity == 0


@pytest.mark.parametrize(("intensity", "most"), [(0.5, 5), (10, 100), (11, 100)])
def test_the_roof_is_the_lower_of_two_lines(intensity, most):
    assert Roof(peak=100, bandwidth=10).at(intensity) == most


def test_the_roof_counts_operations_and_bytes(monkeypatch):
    monkeypatch.setattr(roof, "_SIDES", (4, 8))
    monkeypatch.setattr(roof, "_BYTES", 1000)
    monkeypatch.setattr(roof, "_best", lambda call, _: (call(), 1e-6)[1])  # whatever it is takes a microsecond
    found = speed.measure_roof("float64", threads=3, seconds=0)
    assert found.peak == pytest.approx(2 * 8**3 / 1e3)
    assert found.bandwidth == pytest.approx(2 * 1000 / 1e3)


def test_the_best_call_counts(monkeypatch):
    clock = iter([0, 0, 5, 5, 7, 7, 7, 8, 100])
    monkeypatch.setattr(roof.time, "perf_counter", lambda: next(clock))
    assert roof._best(lambda: None, 8) == 1


def test_layers_are_counted_as_convolutions(monkeypatch):
    layer = layers.Layer("odd", (2, 5, 5, 4), 6, 3, stride=2, groups=2)
    assert str(layer) == "2x5x5x4, 6 of 3x3/2 g2"
    assert layer.flops == 2 * (2 * 3 * 3) * (3 * 3 * 2 * 6)
    monkeypatch.setattr(layers, "LAYERS", (layer,))
    found = list(speed.measure_layers("float64", seconds=0))
    assert [measurement.part for measurement in found] == ["forward", "input gradient", "weight gradient"]
    assert {m.amount for m in found} == {layer.flops / 1e9}
    assert {m.traffic for m in found} == {8 * (2 * 5 * 5 * 4 + 3 * 3 * 2 * 6 + 2 * 3 * 3 * 6)}


def test_networks_are_trained_and_used(monkeypatch):
    def only(shape, classes, seed):
        from adim.layers import Dense, Flatten, Input
        from adim.model import Sequential

        return Sequential([Input(shape), Flatten(), Dense(classes, activation="softmax")], seed=seed)

    monkeypatch.setattr(networks, "NETWORKS", {"only": only})
    found = list(speed.measure_networks(seconds=0))
    assert [(m.part, m.shape, m.amount) for m in found] == [
        ("training step", "64x32x32x3", 64),
        ("inference, 64 images", "64x32x32x3", 64),
        ("inference, 1 image", "1x32x32x3", 1),
    ]


def test_programs_start_with_a_cache_and_without(monkeypatch, tmp_path):
    note = f"import os; open({str(tmp_path / 'log')!r}, 'a').write(os.environ['ADIM_CACHE_DIR'] + '\\n')"
    monkeypatch.setattr(start, "CONVOLUTION", note)
    found = speed.measure_start(rounds=2, others={"more": "pass"})
    assert [measurement.name for measurement in found] == [
        "import numpy",
        "import adim",
        "and a first convolution",
        "the same, compiled earlier",
        "the same, compiled now",
        "more",
    ]
    folders = (tmp_path / "log").read_text().split()
    warm = max(folders, key=folders.count)
    cold = [folder for folder in folders if folder != warm]
    assert folders.count(warm) > 1
    assert len(set(cold)) == len(cold) > 1


def test_threads_are_limited_and_then_given_back():
    threadpoolctl = pytest.importorskip("threadpoolctl")

    def counts():
        return [pool["num_threads"] for pool in threadpoolctl.threadpool_info()]

    before = counts()
    with speed.limited(1):
        assert set(counts()) <= {1}
    assert counts() == before
    assert np.ones(2).sum() == 2
