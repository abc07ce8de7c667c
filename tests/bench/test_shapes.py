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
    assert len(shapes.select()) == 130


def test_select_replaces_the_batch() -> None:
    (first, second) = shapes.select(["lenet5_mnist"], batch=5)
    assert first.input_shape == (5, 28, 28, 1)
    assert second.output_shape == (5, 10, 10, 16)


def test_a_suite_with_a_batch_is_one_of_its_own() -> None:
    layers = shapes.select(["lenet5_mnist@1", "lenet5*", "lenet5_mnist@1"])
    assert [(layer.suite, layer.batch) for layer in layers] == [
        ("lenet5_mnist", 64),
        ("lenet5_mnist", 64),
        ("lenet5_mnist@1", 1),
        ("lenet5_mnist@1", 1),
    ]


@pytest.mark.parametrize("size", ["", "0", "x", "-1"])
def test_a_batch_is_a_positive_number(size: str) -> None:
    with pytest.raises(ValueError, match="after @ stands a batch size"):
        shapes.select([f"lenet5_mnist@{size}"])


def test_kinds_are_those_of_the_layer() -> None:
    kinds = {f"{layer.suite} {layer.name}": layer.kinds for layer in shapes.load()}
    assert kinds["mlperf_tiny_resnet8_cifar10 s3b"] == (shapes.WIDE_3X3,)
    assert kinds["mlperf_tiny_resnet8_cifar10 s3a"] == ()  # stride 2
    assert kinds["mlperf_tiny_vww_mobilenet025 dw3"] == (shapes.DEPTHWISE,)
    assert kinds["dlai_step_by_step conv_forward_test"] == (shapes.TINY,)


def test_elements_are_input_kernel_and_output() -> None:
    (first, _) = shapes.select(["lenet5_mnist"], batch=2)
    assert first.elements == 2 * 28 * 28 + 5 * 5 * 6 + 2 * 28 * 28 * 6


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
