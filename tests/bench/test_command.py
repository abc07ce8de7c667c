"""``python -m bench``, end to end, on layers that take no time."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import convolution, layers, peers, shapes, steps
from bench.__main__ import main
from bench.convolution import Arrays, Passes
from bench.shapes import Layer

PNG = b"\x89PNG"


def loops(layer: Layer, arrays: Arrays, threads: int) -> dict[str, Passes]:
    """Play a peer that is always installed: our own engine."""
    assert threads == 1
    return {"peer": convolution.ours(layer, arrays, engine="vectorised")}


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.threads.limit", lambda _: None)  # NumPy is loaded long since
    monkeypatch.setattr("bench.timing._SETTLE", 0)
    monkeypatch.setattr(peers, "PEERS", {})


def bench(folder: Path, *arguments: str) -> tuple[int, str, dict]:
    status = main([*arguments, "--threads", "1", "--out", str(folder)])
    (text,), (data,) = folder.glob("*.txt"), folder.glob("*.json")
    return status, text.read_text(), json.loads(data.read_text())


def test_layers_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, text, data = bench(tmp_path, "--suite", "dlai_step*", "--seconds", "0")
    assert status == 0
    assert "GFLOP/s" in text
    assert text in capsys.readouterr().out
    assert [row["name"] for row in data["rows"]] == ["conv_forward_test", "conv_forward_test2"]
    for row in data["rows"]:
        assert list(row["parts"]) == list(convolution.PASSES)
        assert all(part["timings"]["adim"]["median"] > 0 for part in row["parts"].values())
    assert data["settings"]["dtype"] == "float32"
    assert not list(tmp_path.glob("*.png"))


def test_layers_beside_a_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "PEERS", {"numpy": loops})
    options = ["--suite", "dlai_step*", "--batch", "1", "--dtype", "float64", "--seconds", "0"]
    status, text, data = bench(tmp_path, "layers", *options)
    assert status == 0
    assert "geometric mean of the ratios" in text
    assert data["rows"][0]["shape"] == "1x5x7x4, 8 of 3x3/2"
    assert data["rows"][0]["parts"]["forward"]["difference"] == 0
    (picture,) = tmp_path.glob("*.png")
    assert picture.read_bytes().startswith(PNG)


@pytest.mark.parametrize("part", convolution.PASSES)
def test_wrong_result_is_refused(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = convolution.ours

    def wrong(layer: Layer, arrays: Arrays, *, engine: str) -> Passes:
        side = right(layer, arrays, engine=engine)[part]

        def forget_a_value(result: Any) -> tuple[np.ndarray, ...]:
            *others, last = side.arrays(result)
            last.flat[-1] = 0
            return *others, last

        return right(layer, arrays, engine=engine) | {part: side._replace(arrays=forget_a_value)}

    monkeypatch.setattr(
        peers, "PEERS", {"numpy": lambda layer, arrays, _: {"peer": right(layer, arrays, engine="auto")}}
    )
    monkeypatch.setattr(convolution, "ours", wrong)
    options = ["--suite", "lenet5_mnist", "--batch", "1", "--seconds", "0"]
    assert main([*options, "--threads", "1", "--out", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"no report, since the results differ. lenet5_mnist c1 (1x28x28x1, 6 of 5x5), {part}: adim" in captured.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("suite", "name"),
    [
        ("dlai_step_by_step", "conv_forward_test"),  # stride 2, padding 1
        ("dlai_signs_keras", "conv2"),  # padding at one end only
        ("mlperf_tiny_kws_dscnn", "conv1"),  # rectangular filters, stride 2, padding that differs at the ends
        ("mlperf_tiny_vww_mobilenet025", "dw13"),  # depthwise, stride 2, padding at one end only
        ("mlperf_tiny_resnet8_cifar10", "s3skip"),  # 1x1, stride 2
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pytorch_agrees(suite: str, name: str, dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr(peers, "PEERS", {"torch": peers._torch})
    chosen = [layer for layer in shapes.select([suite], batch=2) if layer.name == name]
    (row,) = layers.measure(chosen, dtype=dtype, engine="auto", seconds=0, threads=1)
    for outcome in row.parts.values():
        assert list(outcome.timings) == ["adim", "torch contiguous", "torch channels-last"]
        assert outcome.ratio > 0


@pytest.mark.parametrize("arguments", [["--suite", "alexnet"], ["--engine", "steam"]])
def test_unknown_names_are_said_in_one_line(arguments: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"bench: .*(alexnet|steam)"):
        main([*arguments, "--out", str(tmp_path)])


@pytest.mark.parametrize("arguments", [["--threads", "0"], ["--dtype", "int8"], ["starts"], ["start", "--suite", "x"]])
def test_bad_usage_is_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_IMAGES", (1, 6, 5, 3))
    status, text, data = bench(tmp_path, "steps", "--dtype", "float64")
    assert status == 0
    assert "1x6x5x3, 8 of 4x4" in text
    (row,) = data["rows"]
    assert row["flops"] == 2 * (3 * 2 * 8) * (4 * 4 * 3)
    assert row["parts"]["forward"]["best_peer"] == "adim.steps"


def test_start(tmp_path: Path) -> None:
    status, text, data = bench(tmp_path, "start", "--rounds", "2")
    assert status == 0
    medians = {name: timing["median"] for name, timing in data["timings"].items()}
    assert data["added"] == medians["adim"] - medians["numpy"]
    assert f"adim adds    {data['added']:7.3f} s" in text
