"""The table of layers against the geometry that computes with them."""

import csv

import pytest

from adim.geometry import window
from bench import shapes


def test_table_has_all_rows() -> None:
    layers = shapes.load()
    assert len(layers) == 339
    assert len(shapes.suites()) == 20
    assert len(set(layers)) == len(layers)  # no row twice


def test_outputs_are_the_geometry_s() -> None:
    for layer in shapes.load():
        image = layer.height, layer.width
        windows = window(image, layer.taps, strides=layer.strides, padding=layer.padding, groups=layer.groups)
        assert layer.output == windows.output, layer
        assert layer.channels % layer.groups == layer.filters % layer.groups == 0, layer


def test_flops_are_the_table_s() -> None:
    with shapes._TABLE.open(newline="") as lines:
        expected = [float(row["MFLOP_forward"]) for row in csv.DictReader(lines)]
    assert [layer.flops / 1e6 for layer in shapes.load()] == pytest.approx(expected, abs=6e-4)


def test_select_takes_names_and_patterns_once_and_in_order() -> None:
    names = [layer.name for layer in shapes.select(["lenet5_mnist", "dlai_signs*", "lenet5*"])]
    assert names == ["conv1", "conv2", "c1", "c3"]


def test_default_suites_exist() -> None:
    assert len(shapes.select()) == 34


def test_select_replaces_the_batch() -> None:
    (first, second) = shapes.select(["lenet5_mnist"], batch=5)
    assert first.input_shape == (5, 28, 28, 1)
    assert second.output_shape == (5, 10, 10, 16)


def test_unknown_suite_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no suite matches 'alexnet'; there are .*convnet_bench_alexnet_owt"):
        shapes.select(["lenet5_mnist", "alexnet"])


@pytest.mark.parametrize(
    ("suite", "name", "text"),
    [
        ("lenet5_mnist", "c1", "64x28x28x1, 6 of 5x5"),
        ("onednn_benchdnn_resnet_50", "conv1", "1x224x224x3, 64 of 7x7/2"),
        ("mlperf_tiny_vww_mobilenet025", "dw3", "1x48x48x16, 16 of 3x3/2 g16"),
    ],
)
def test_layer_reads_as_people_write_it(suite: str, name: str, text: str) -> None:
    (layer,) = [layer for layer in shapes.select([suite]) if layer.name == name]
    assert str(layer) == text
