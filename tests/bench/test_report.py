"""Sums worked by hand, and a table whose columns stand below each other."""

import json
from pathlib import Path

import pytest

from adim.speed.timing import Timing
from bench import report
from bench.contest import Outcome
from bench.report import Row, Work

WORK = {"forward": Work(1.0, "GFLOP")}


def outcome(medians: dict[str, float]) -> Outcome:
    return Outcome({name: Timing(median, median, median, 7) for name, median in medians.items()}, 1e-7)


ROWS = [
    Row("one", "first", "1x1", WORK, {"forward": outcome({"adim": 2.0, "a x": 1.0, "a y": 3.0, "b": 4.0})}),  # 1/2
    Row("one", "second", "2x2", WORK, {"forward": outcome({"adim": 0.5, "a x": 9.0, "a y": 1.0, "b": 0.25})}),  # 2
    Row("two", "third", "3x3", WORK, {"forward": outcome({"adim": 0.25, "a x": 2.0, "a y": 8.0})}, ("odd",)),  # 8
]


def test_geometric_mean_and_worst_ratio() -> None:
    summary = report.summarise(ROWS, "forward", "a")
    assert summary.geometric_mean == pytest.approx(2)  # cube root of 1/2 * 2 * 8
    assert summary.worst == 0.5
    assert summary.worst_row.name == "first"


def test_table_shows_medians_the_better_peer_and_the_sums() -> None:
    lines = [line.rstrip() for line in report.table(ROWS).splitlines()]
    cells = {line.split()[0]: line.split()[2:] for line in lines if line.startswith(("first", "second", "third"))}
    assert cells == {
        "first": ["2000", "1000a", "0.50", "4000", "2.00"],
        "second": ["500.000", "1000b", "2.00", "250.000", "0.50"],
        "third": ["250.000", "2000a", "8.00", "-", "-"],
    }
    assert lines[1].split() == ["milliseconds", "adim", "a", "ratio", "b", "ratio"]
    assert any(line.endswith(": a a x, b a y") for line in lines)
    sums = lines[lines.index("geometric mean of the ratios") :]
    assert [line.split() for line in sums[1:5]] == [
        ["one", "1.00", "1.00"],
        ["two", "8.00", "-"],
        ["odd", "(1)", "8.00", "-"],
        ["all", "3", "2.00", "1.00"],
    ]
    of_all = sums.index("geometric mean of the ratios to the fastest of all peers")
    assert [line.split() for line in sums[of_all + 1 : of_all + 5]] == [
        ["one", "0.50"],
        ["two", "8.00"],
        ["odd", "(1)", "8.00"],
        ["all", "3", "1.26"],  # the cube root of 1/2 * 1/2 * 8
    ]
    assert "all 3, forward, fastest of all: 0.50 at one first (1x1)" in sums
    assert "all 3, forward, a: 0.50 at one first (1x1)" in sums
    assert "all 3, forward, b: 0.50 at one second (2x2)" in sums
    assert "odd (1), forward, a: 8.00 at two third (3x3)" in sums
    ends = {len(line) for line in lines if line.endswith((" forward", "b  ratio", "00", " 0.50", "  -"))}
    assert len(ends) == 1  # right-aligned, all of them


def test_table_without_peers_shows_our_speed() -> None:
    work = {"forward": Work(3.0, "GFLOP")}
    text = report.table([Row("one", "first", "1x1", work, {"forward": outcome({"adim": 2.0})})])
    assert text.splitlines()[-1].split() == ["first", "1x1", "2000", "1.5"]
    assert "ratio" not in text


@pytest.mark.parametrize(("others", "quiet"), [(None, True), (0.02, True), (1.4, False)])
def test_headline_warns_of_a_busy_machine(others: float | None, quiet: bool) -> None:
    machine = {
        **dict.fromkeys(("adim", "commit", "python", "numpy", "blas", "date", "cpu", "l2", "l3"), "?"),
        "cores": 2,
        "instruction_sets": ["avx2"],
        "others": others,
        "peers": {"torch": "2.0", "onnx": "1.0"},
    }
    text = report.headline(machine, {"threads": 2, "batch": None})
    assert "threads 2" in text
    assert "beside torch 2.0, onnx 1.0" in text
    assert "batch" not in text
    assert ("NOT QUIET" not in text) is quiet


def test_publish_prints_the_table_and_writes_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report.publish(tmp_path / "new" / "run", "the table", report.document(ROWS, {"cpu": "?"}, {"threads": 2}))
    assert capsys.readouterr().out.startswith("the table\n")
    assert (tmp_path / "new" / "run.txt").read_text() == "the table\n"
    data = json.loads((tmp_path / "new" / "run.json").read_text())
    assert [row["parts"]["forward"]["ratios"]["a"] for row in data["rows"]] == [0.5, 2, 8]
    assert data["rows"][0]["parts"]["forward"]["timings"]["a y"]["median"] == 3
    sums = {(s["rows"], s["peer"]): (s["count"], s["geometric_mean"], s["worst_row"]) for s in data["summaries"]}
    assert sums["all 3", "b"] == (2, pytest.approx(1), "one second")
    assert sums["odd (1)", "a"] == (1, pytest.approx(8), "two third")
    assert ("two", "b") not in sums
    assert sums["one", "fastest of all"] == (2, pytest.approx(0.5), "one first")
