"""``python -m bench``, end to end, on layers that take no time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bench.__main__
from bench import comparison, convolution, layers, peers, shapes, steps
from bench.__main__ import main
from bench.contest import Sides
from bench.convolution import Arrays
from bench.shapes import Layer

Run = Callable[..., tuple[int, str, dict]]

PNG = b"\x89PNG"


@pytest.mark.usefixtures("alone")
def test_layers_alone(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, text, data = run("--suite", "dlai_step*", "--seconds", "0")
    assert status == 0
    assert "GFLOP/s" in text
    assert text in capsys.readouterr().out
    assert [row["name"] for row in data["rows"]] == ["conv_forward_test", "conv_forward_test2"]
    for row in data["rows"]:
        assert list(row["parts"]) == list(convolution.PASSES)
        assert all(part["timings"]["adim"]["median"] > 0 for part in row["parts"].values())
    assert data["settings"]["dtype"] == "float32"
    assert [path.name.partition("-layers")[2] for path in tmp_path.glob("*.png")] == ["-roofline.png"]
    assert f"the roof: {data['roof']['peak']:.1f} GFLOP/s" in text


@pytest.mark.usefixtures("double")
def test_layers_beside_a_peer(run: Run, tmp_path: Path) -> None:
    options = ["--suite", "dlai_step*", "--batch", "1", "--dtype", "float64", "--seconds", "0"]
    status, text, data = run("layers", *options)
    assert status == 0
    assert "geometric mean of the ratios" in text
    assert data["rows"][0]["shape"] == "1x5x7x4, 8 of 3x3/2"
    assert data["rows"][0]["parts"]["forward"]["difference"] == 0
    assert list(data["rows"][0]["parts"]["forward"]["timings"]) == ["adim", "torch plain"]
    assert "beside numpy" in text
    assert "torch: as we do it" in text
    assert "not measured: torch odd, it knows float32 only" in text
    pictures = sorted(tmp_path.glob("*.png"))
    assert [path.name.partition("-layers")[2] for path in pictures] == ["-roofline.png", ".png"]
    assert all(picture.read_bytes().startswith(PNG) for picture in pictures)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("part", convolution.PASSES)
def test_wrong_result_is_refused(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = convolution.ours

    def wrong(layer: Layer, arrays: Arrays, *, engine: str) -> Sides:
        side = right(layer, arrays, engine=engine)[part]

        def forget_a_value(result: Any) -> tuple[np.ndarray, ...]:
            *others, last = side.arrays(result)
            last.flat[-1] = 0
            return *others, last

        return right(layer, arrays, engine=engine) | {part: side._replace(arrays=forget_a_value)}

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
def test_peers_agree(suite: str, name: str, dtype: str) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    chosen = [layer for layer in shapes.select([suite], batch=2) if layer.name == name]
    cases = layers.cases(chosen, dtype=dtype, engine="auto")
    found = comparison.compare("layers", cases, peer=["torch", "onnxruntime"], threads=1, seconds=0)
    parts = {part: list(outcome.timings) for part, outcome in found.rows[0].parts.items()}
    torch = ["adim", "torch contiguous", "torch channels-last"]
    assert parts == {
        "forward": [*torch, "onnxruntime"] if dtype == "float32" else torch,
        "input gradient": torch,
        "weight gradient": torch,
    }


def test_peers_are_those_of_the_command_line() -> None:
    assert list(peers.PEERS) == bench.__main__._PEERS


@pytest.mark.parametrize("arguments", [["--suite", "alexnet"], ["--engine", "steam"]])
def test_unknown_names_are_said_in_one_line(arguments: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"bench: .*(alexnet|steam)"):
        main([*arguments, "--out", str(tmp_path)])


@pytest.mark.parametrize("arguments", [["--threads", "0"], ["--dtype", "int8"], ["starts"], ["start", "--suite", "x"]])
def test_bad_usage_is_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_steps(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_IMAGES", (1, 6, 5, 3))
    status, text, data = run("steps", "--dtype", "float64")
    assert status == 0
    assert "1x6x5x3, 8 of 4x4" in text
    (row,) = data["rows"]
    assert row["work"]["forward"]["amount"] == pytest.approx(2e-9 * (3 * 2 * 8) * (4 * 4 * 3))
    assert row["parts"]["forward"]["best_peer"] == "adim.steps"
