"""``adim bench``: what is measured, printed and kept, with measurements that took no time."""

import json

import pytest

from adim import runs, speed
from adim.cli import main
from adim.runs import InputError
from adim.speed import Measurement, Roof, Timing

LAYER = Measurement("3x3", "1x4x4x1, 1 of 3x3", "forward", Timing(0.5, 0.4, 0.6, 5), 3.0, "GFLOP", 2 * 10**9)
NETWORK = Measurement("signs", "1x64x64x3", "training step", Timing(0.25, 0.2, 0.3, 5), 64, "images")
START = Measurement("import adim", "", "start", Timing(0.125, 0.1, 0.2, 5))


@pytest.fixture(autouse=True)
def measured(monkeypatch):
    """Put ready measurements in the place of the real ones, and note how they were asked for."""
    asked = {}
    monkeypatch.setattr(speed, "measure_roof", lambda *a, **k: asked.update(roof=(a, k)) or Roof(100.0, 10.0))
    monkeypatch.setattr(speed, "measure_layers", lambda *a, **k: asked.update(layers=(a, k)) or iter([LAYER]))
    monkeypatch.setattr(speed, "measure_networks", lambda **k: asked.update(training=k) or iter([NETWORK]))
    monkeypatch.setattr(speed, "measure_start", lambda: [START])
    return asked


def test_everything_is_measured_and_kept(measured, tmp_path):
    told = []
    found = runs.bench(dtype="float64", threads=1, seconds=0.5, output=tmp_path / "new", tell=told.append)
    assert measured == {
        "roof": (("float64",), {"threads": 1, "seconds": 0.5}),
        "layers": (("float64",), {"seconds": 0.5}),
        "training": {"seconds": 0.5},
    }
    assert found.measurements == {"layers": [LAYER], "training": [NETWORK], "start": [START]}
    data = json.loads((tmp_path / "new" / "speed.json").read_text())
    assert data["parts"]["layers"][0]["speed"] == 6
    assert data["parts"]["start"][0]["timing"]["median"] == 0.125
    assert data["roof"] == {"peak": 100, "bandwidth": 10}
    assert data["settings"]["threads"] == "1"
    assert (tmp_path / "new" / "roofline.png").read_bytes().startswith(b"\x89PNG")
    assert told == ["what the machine can do", "3x3", "signs", "the start of programs"]


def test_one_part_alone(measured, tmp_path):
    found = runs.bench(["start"], output=tmp_path)
    assert found.roof is None
    assert list(found.measurements) == ["start"]
    assert not measured
    assert [path.name for path in tmp_path.iterdir()] == ["speed.json"]


def test_a_part_that_there_is_not():
    with pytest.raises(InputError, match="no part 'steam' to measure; there are layers, training, start"):
        runs.bench(["steam"])


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file"):
        runs.bench(output=tmp_path / "file")


def test_earlier_results_are_replaced_and_nothing_else_is(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"not empty, and has no speed\.json to replace"):
        runs.bench(["start"], output=tmp_path)
    (tmp_path / "speed.json").write_text("{}")
    runs.bench(["start"], output=tmp_path)
    assert json.loads((tmp_path / "speed.json").read_text())["parts"]
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), -1, 3601])
def test_a_time_that_never_ends_is_refused(seconds, measured):
    with pytest.raises(InputError, match="seconds must be at least 0 and at most 3600"):
        runs.bench(seconds=seconds)
    assert not measured


def test_the_command_prints_tables(measured, capsys):
    assert main(["bench", "--threads", "1"]) == 0
    captured = capsys.readouterr()
    rows = [line.split() for line in captured.out.splitlines()]
    assert ["3x3", "1x4x4x1,", "1", "of", "3x3", "forward", "500.000", "6.0", "40%"] in rows  # 15 GFLOP/s were possible
    assert ["signs", "1x64x64x3", "training", "step", "250.000", "256.0"] in rows
    assert ["import", "adim", "start", "125.000"] in rows
    assert "the roof: 100 GFLOP/s, 10.0 GB/s" in captured.out
    assert captured.err.splitlines()[0] == "what the machine can do"


def test_the_command_prints_json(measured, capsys, tmp_path):
    words = ["bench", "layers", "start", "--dtype", "float64", "--seconds", "0.1", "--format", "json", "-o"]
    assert main([*words, str(tmp_path)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert list(data["parts"]) == ["layers", "start"]
    assert data["settings"] | {"threads": "?"} == {"dtype": "float64", "threads": "?", "seconds": "0.1"}


@pytest.mark.parametrize("words", [["bench", "steam"], ["bench", "--threads", "0"], ["bench", "--dtype", "int8"]])
def test_bad_usage_is_2(words):
    assert main(words) == 2
