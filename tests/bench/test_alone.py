"""What is measured of our own side alone: scaling, memory, the start; and the page that keeps the reports."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from adim import speed
from adim.speed import Measurement, Roof, Timing
from bench import comparison, memory, page, scaling, shapes, start
from bench.__main__ import main
from bench.contest import Outcome
from bench.report import Row, Work

Run = Callable[..., tuple[int, str, dict]]
ROOT = Path(memory.__file__).parent.parent


def timing(median: float) -> Timing:
    return Timing(median, median, median, 5)


# -- scaling -----------------------------------------------------------------------------------------------------------


def test_scaling_is_one_thread_s_time_over_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "_LARGE", 1)
    monkeypatch.setattr(scaling, "_WIDE", 4)
    monkeypatch.setattr(scaling, "measure_roof", lambda *_, threads: Roof(10.0 * threads, 1.0))
    asked: list[int] = []
    monkeypatch.setattr(scaling, "limited", lambda count: asked.append(count) or speed.limited(count))
    words = ["scaling", "--suite", "dlai_step*", "lenet5_mnist@1", "--threads", "2", "--seconds", "0"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    (text,), (data,) = tmp_path.glob("*.txt"), tmp_path.glob("*.json")
    found = json.loads(data.read_text())
    assert {*asked} == {1, 2}
    for row in found["rows"]:
        for part in row["parts"].values():
            medians = {side: timing["median"] for side, timing in part["timings"].items()}
            assert part["ratio"] == medians["one-thread"] / medians["adim"]
    assert "share of the peak, 1 thread\n" in text.read_text()
    shares = found["shares_of_peak"]["2 threads"]
    assert [row.split()[0] for row in shares] == ["dlai_step_by_step", "dlai_step_by_step", "lenet5_mnist@1"]
    first, *_ = found["rows"]
    forward = first["work"]["forward"]["amount"] / first["parts"]["forward"]["timings"]["adim"]["median"]
    assert next(iter(shares.values()))["forward"] == pytest.approx(forward / 20)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--suite", "dlai_step*", "--threads", "2"], "100 MFLOP"),
        (["--suite", "keras_mnist*", "--threads", "1"], "--threads 2"),
        (["--suite", "alexnet"], "no suite matches"),
    ],
)
def test_scaling_says_why_not(words: list[str], message: str) -> None:
    with pytest.raises(SystemExit, match=message):
        main(["scaling", *words])


# -- memory ------------------------------------------------------------------------------------------------------------


def test_memory_counts_what_is_neither_input_nor_output(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench import convolution
    from bench.contest import Side

    taken = 48 * 2**20  # so much that it always comes fresh from the system

    def wasteful(layer: shapes.Layer, arrays: convolution.Arrays, *, engine: str) -> dict[str, Side]:
        def run() -> np.ndarray:
            waste = np.ones(taken, np.uint8)
            return np.full_like(arrays.grad, waste[0])

        return {"forward": Side(run, lambda y: (y,))}

    monkeypatch.setattr(convolution, "ours", wasteful)
    (layer, _) = shapes.select(["lenet5_mnist"])
    found = memory.measure(layer, "float64", ["forward"])
    assert found.allocated == pytest.approx(taken, abs=2**16)
    if found.resident is not None:
        assert found.resident == pytest.approx(taken, abs=2**20)


def test_memory_is_measured_in_a_process_of_its_own(run: Run) -> None:
    status, text, data = run("memory", "--suite", "lenet5_mnist")
    assert status == 0
    (row,) = data["rows"]  # the other has less than 1 MiB
    assert row["shape"] == "64x28x28x1, 6 of 5x5"
    assert row["bytes"] == 4 * (64 * 28 * 28 * 7 + 5 * 5 * 6)
    assert all(extra["allocated"] >= 0 for extra in row["extras"].values())
    assert "most allocated: " in text


def test_a_layer_survives_the_way_to_another_process() -> None:
    for layer in shapes.load():
        assert memory._layer(json.loads(json.dumps(layer))) == layer


# -- start -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("there", [True, False])
def test_start_tells_what_adim_adds(run: Run, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    medians = {"import numpy": 0.5, "import adim": 0.75, "and a first convolution": 1.0}

    def measure_start(*, rounds: int, others: dict[str, str], folder: Path) -> list[Measurement]:
        assert rounds == 2
        assert folder == ROOT
        assert list(others) == (["import torch", "and its first convolution"] if there else [])
        return [Measurement(name, "", "start", timing(median)) for name, median in medians.items()]

    monkeypatch.setattr(start, "measure_start", measure_start)
    monkeypatch.setattr(start, "find_spec", lambda _: there or None)
    monkeypatch.setattr(start.peers, "versions", lambda names: dict.fromkeys(names, "1"))
    status, text, data = run("start", "--rounds", "2")
    assert status == 0
    assert data["added"] == 0.25
    assert [line.split()[-2] for line in text.splitlines()[-4:]] == ["0.500", "0.750", "1.000", "0.250"]
    assert ("beside torch 1" in text) is there


# -- the roof ----------------------------------------------------------------------------------------------------------


def test_every_side_stands_under_the_roof_at_its_best() -> None:
    timings = {"adim": timing(2.0), "a x": timing(4.0), "a y": timing(1.0), "b": timing(8.0)}
    work = {"forward": Work(8.0, "GFLOP", traffic=4 * 10**9)}
    row = Row("", "", "", work, {"forward": Outcome(timings, 0.0)})
    assert comparison._points([row]) == {"adim": [(2, 4)], "a": [(2, 8)], "b": [(2, 1)]}


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with reports, and beside it a page."""
    monkeypatch.setattr(page, "PAGE", tmp_path / "performance.md")
    page.PAGE.write_text(f"# Title\n\n{page.BEGIN}\nold\n{page.END}\n\nThe end.\n")
    folder = tmp_path / "results"
    folder.mkdir()
    for name, text, settings in (
        ("20260102-000000-layers", "newer", {"threads": 1, "seconds": 0.5, "batch": None}),
        ("20260101-000000-layers", "older", {"threads": 1, "seconds": 0.3, "batch": None}),
        ("20260101-000001-layers", "on two", {"threads": 2, "seconds": 0.3, "batch": None}),
    ):
        (folder / f"{name}.txt").write_text(text + "\n")
        (folder / f"{name}.json").write_text(json.dumps({"settings": settings}))
    return folder


def test_the_page_holds_the_newest_report_of_each_kind(place: Path) -> None:
    expected = (
        f"# Title\n\n{page.BEGIN}\n\n### `layers`, threads 1\n\n```text\nnewer\n```\n\n"
        f"### `layers`, threads 2\n\n```text\non two\n```\n\n{page.END}\n\nThe end.\n"
    )
    for _ in range(2):  # a second time changes nothing
        page.run(threads=1, out=place)
        assert page.PAGE.read_text() == expected


def test_a_page_without_its_lines_is_left_alone(place: Path) -> None:
    page.PAGE.write_text("# Title\n")
    with pytest.raises(SystemExit, match="has lost its lines"):
        page.run(threads=1, out=place)
    assert page.PAGE.read_text() == "# Title\n"


def test_no_reports_are_said(place: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="there are no reports"):
        page.run(threads=1, out=tmp_path / "elsewhere")


def test_the_page_of_the_repository_has_its_lines() -> None:
    text = (ROOT / "docs" / "performance.md").read_text()
    assert text.count(page.BEGIN) == text.count(page.END) == 1


def test_help_names_every_command() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "bench", "--help"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert all(word in found.stdout for word in ("layers", "pools", "training", "scaling", "memory", "start", "page"))
