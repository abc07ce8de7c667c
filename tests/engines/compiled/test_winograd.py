"""Winograd's filtering: identities in NumPy, kernels against direct sums, the error in float32, and the choice."""

import os
import subprocess
import sys

import numpy as np
import pytest
from drawn import values

from adim.engines import compiled, settings, vectorised
from adim.engines.compiled import (
    correlation,
    kernel_gradient,
    threads,
    winograd,
    winograd_correlation,
    winograd_gradient,
)
from adim.engines.compiled.processor import tile_for
from adim.geometry import window

# -- the transforms, evaluated by NumPy


class Numpy:
    """What the transforms need of a `Function`, on arrays."""

    @staticmethod
    def fma(a, b, c, *, negative=False):
        return c - a * b if negative else a * b + c


def matrix(transform, inputs):
    """Return the matrix of a transform."""
    return np.array(transform(Numpy, list(np.eye(inputs))))


B, G, A = (
    matrix(winograd.input_points, winograd.POINTS),
    matrix(winograd.filter_points, winograd.TAPS),
    matrix(winograd.output_pixels, winograd.POINTS),
)


def test_four_outputs_are_six_products():
    d, g = values((6, 1000), 0), values((3, 1000), 1)
    direct = [sum(d[i + tap] * g[tap] for tap in range(3)) for i in range(4)]
    np.testing.assert_allclose(A @ ((G @ g) * (B @ d)), direct, rtol=0, atol=1e-13)


def test_the_gradient_of_three_taps_is_six_products():
    d, z = values((6, 1000), 0), values((4, 1000), 1)
    direct = [sum(d[i + tap] * z[i] for i in range(4)) for tap in range(3)]
    points, taps = matrix(winograd.gradient_points, 4), matrix(winograd.filter_taps, 6)
    np.testing.assert_allclose(taps @ ((B @ d) * (points @ z)), direct, rtol=0, atol=1e-13)


def test_the_gradients_transforms_are_the_adjoints():
    np.testing.assert_allclose(matrix(winograd.gradient_points, 4), A.T, rtol=1e-15)
    np.testing.assert_allclose(matrix(winograd.filter_taps, 6), G.T, rtol=1e-15)


def test_two_dimensions_are_both_ways():
    square = values((6, 6), 0)
    both = winograd.both_ways(Numpy, winograd.input_points, [list(row) for row in square])
    np.testing.assert_allclose(np.reshape(both, (6, 6)), B @ square @ B.T, rtol=0, atol=1e-14)
    assert len(winograd.both_ways(Numpy, winograd.output_pixels, [list(row) for row in square])) == 16


# -- the kernels against direct sums

LAYERS = [  # batch, filters, padding: whole tiles and partial ones, batches, blocks partly filled, pads of every kind
    ((1, 4, 4, 32), 32, "valid"),
    ((1, 8, 8, 32), 32, "same"),
    ((3, 7, 9, 32), 48, "same"),
    ((2, 5, 13, 48), 32, ((0, 2), (2, 1))),
    ((5, 6, 6, 64), 112, ((2, 2), (1, 0))),
    ((1, 3, 3, 32), 32, 2),
    ((2, 11, 3, 32), 80, ((1, 6), (2, 5))),
]


@pytest.fixture(params=[1, 3])
def count(request, monkeypatch):
    """Run on so many threads."""
    monkeypatch.setattr(settings, "_num_threads", request.param)
    yield request.param
    monkeypatch.undo()
    threads.pool()


@pytest.fixture(params=["at once", "in parts"])
def parts(request, monkeypatch):
    """Take all filters at once, or so few that every layer needs several turns."""
    plans = winograd_correlation._plan, winograd_gradient._plan
    if request.param == "in parts":
        monkeypatch.setattr(winograd_correlation, "_FILTER_BYTES", (1, 1))
        monkeypatch.setattr(winograd_gradient, "_SUM_BYTES", (1, 1))
        monkeypatch.setattr(winograd_gradient, "_PART_BYTES", 1)
    for plan in plans:
        plan.cache_clear()
    yield request.param
    for plan in plans:
        plan.cache_clear()


def near(actual, expected, tolerance=1e-12):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * np.abs(expected).max())


@pytest.mark.parametrize(("shape", "filters", "padding"), LAYERS)
def test_all_passes_are_direct_sums(shape, filters, padding, count, parts):
    x, kernel, bias = values(shape, 0), values((3, 3, shape[3], filters), 1), values(filters, 2)
    around = window(shape[1:3], 3, padding=padding)
    y = vectorised.conv2d(x, kernel, bias, around)
    near(winograd_correlation.forward(x, kernel, bias, around, relu=False), y)
    near(winograd_correlation.forward(x, kernel, bias, around, relu=True), np.maximum(y, 0))
    near(winograd_correlation.forward(x, kernel, None, around, relu=False), y - bias)
    grad = values(y.shape, 3)
    dx = vectorised.conv2d_input_gradient(grad, kernel, around)
    near(winograd_correlation.input_gradient(grad, kernel, around), dx)
    expected = vectorised.conv2d_kernel_gradient(grad, x, around)
    for gradient, right in zip(winograd_gradient.kernel_gradient(grad, x, around), expected, strict=True):
        near(gradient, right)
    blocks = -(-filters // tile_for(filters, 8).columns)
    plan = winograd_correlation._plan(shape, kernel.shape, around, 8, count, backward=False)
    assert len(plan.parts) == (blocks if parts == "in parts" else 1)


def test_several_parts_of_tiles_and_of_blocks_are_taken():
    around = window((20, 20), 3, padding="same")
    plan = winograd_gradient._plan((2, 20, 20, 32), 64, around, 4, 3)
    assert plan.parts == plan.tasks == 3  # tiles, each with sums of its own
    plan = winograd_gradient._plan((2, 20, 20, 256), 256, around, 4, 3)
    assert (plan.parts, plan.tasks) == (1, 3)  # blocks


# -- float32

NASTY = {
    "normal": lambda x: x,
    "all positive": np.abs,
    "far from zero": lambda x: x + 100,
    "of every magnitude": lambda x: x * 10.0 ** np.linspace(-6, 6, x.shape[-1]),
    "one bright pixel": lambda x: np.where(np.abs(x) == np.abs(x).max(), 1e6, x),
}


@pytest.mark.parametrize("kind", NASTY)
@pytest.mark.parametrize(
    ("shape", "filters"), [((2, 12, 13, 64), 64), ((1, 8, 8, 512), 32), ((1, 8, 8, 32), 512), ((8, 28, 28, 32), 32)]
)
def test_float32_is_off_by_less_than_two_in_a_hundred_thousand(kind, shape, filters):
    x, kernel = NASTY[kind](values(shape, 0)), values((3, 3, shape[3], filters), 1)
    around = window(shape[1:3], 3, padding="same")
    grad = NASTY[kind](values((*shape[:3], filters), 2))
    if kind == "all positive":
        kernel = np.abs(kernel)
    x, kernel, grad = (np.asarray(array, np.float32) for array in (x, kernel, grad))
    exact_x, exact_kernel, exact_grad = (np.asarray(array, float) for array in (x, kernel, grad))
    y = winograd_correlation.forward(x, kernel, None, around, relu=False)
    near(y, compiled.conv2d(exact_x, exact_kernel, np.zeros(filters), around), 2e-5)
    dx = winograd_correlation.input_gradient(grad, kernel, around)
    near(dx, compiled.conv2d_input_gradient(exact_grad, exact_kernel, around), 2e-5)
    expected = compiled.conv2d_kernel_gradient(exact_grad, exact_x, around)
    for gradient, right in zip(winograd_gradient.kernel_gradient(grad, x, around), expected, strict=True):
        near(gradient, right, 2e-5)


# -- the choice


def three_passes(way, x, kernel, grad, around):
    if way is compiled:
        y = compiled.conv2d(x, kernel, np.zeros(kernel.shape[3], x.dtype), around)
        return [
            y,
            compiled.conv2d_input_gradient(grad, kernel, around),
            *compiled.conv2d_kernel_gradient(grad, x, around),
        ]
    y = correlation.forward(x, kernel, None, around, relu=False)
    return [y, correlation.input_gradient(grad, kernel, around), *kernel_gradient.kernel_gradient(grad, x, around)]


@pytest.mark.parametrize("precision", settings.PRECISIONS)
def test_exact_rules_it_out(monkeypatch, precision):
    monkeypatch.setattr(settings, "_precision", precision)
    x, kernel, grad = (values(shape, 0, np.float32) for shape in ((4, 16, 16, 32), (3, 3, 32, 32), (4, 16, 16, 32)))
    around = window((16, 16), 3, padding="same")
    chosen, direct = (three_passes(way, x, kernel, grad, around) for way in (compiled, correlation))
    same = [a.tobytes() == b.tobytes() for a, b in zip(chosen[:3], direct[:3], strict=True)]
    assert same == [precision == "exact"] * 3


@pytest.mark.parametrize(("given", "expected"), [("exact", "exact"), ("fast", "fast"), ("", "fast")])
def test_the_environment_chooses(given, expected):
    code = (
        "from adim.engines import compiled, settings; from adim.geometry import window;"
        "precision = settings.get_precision();"
        "around = window((16, 16), 3, padding='same');"
        "print(precision, compiled._way((4, 16, 16, 32), (3, 3, 32, 32), around, 4, precision))"
    )
    environment = {**os.environ, "ADIM_PRECISION": given, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.split() == [expected, "winograd" if expected == "fast" else "direct"]


@pytest.mark.parametrize(
    ("kernel", "attributes"),
    [
        ((3, 3, 32, 32), {"strides": 2}),
        ((3, 3, 32, 32), {"dilation_rate": 2}),
        ((3, 3, 32, 32), {"padding": 3}),
        ((3, 3, 32, 32), {"groups": 2}),
        ((5, 3, 32, 32), {}),
        ((3, 1, 32, 32), {}),
        ((3, 3, 3, 32), {}),
        ((3, 3, 33, 32), {}),
        ((3, 3, 32, 33), {}),
    ],
)
def test_other_layers_are_left_alone(kernel, attributes):
    around = window((16, 16), kernel[:2], **attributes)
    assert not winograd_correlation.suits((2, 16, 16, kernel[2] * around.groups), kernel, around, 4)
    assert winograd_correlation.suits((2, 16, 16, 32), (3, 3, 32, 32), window((16, 16), 3), 4)
    assert not winograd_correlation.suits((1, 8, 8, 32), (3, 3, 32, 32), window((8, 8), 3), 4)  # it would not pay
