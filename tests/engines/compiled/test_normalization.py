"""How pixels are cut into rows and blocks; and that the number of blocks changes next to nothing."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from adim.engines import compiled, vectorised
from adim.engines.compiled import normalization


@given(st.integers(1, 5000), st.integers(1, 200), st.sampled_from([4, 8]))
def test_blocks_hold_every_pixel_once(pixels, channels, size):
    rows = normalization._rows(pixels * channels, channels, size)
    assert rows.rows * rows.group + pixels % rows.group == pixels
    assert 0 < rows.group <= pixels
    assert (rows.blocks - 1) * rows.rows_per_block < rows.rows <= rows.blocks * rows.rows_per_block
    assert rows.tasks == rows.blocks + (pixels % rows.group > 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("pixels", "channels"), [(1000, 3), (77, 16), (50, 130), (1, 5), (3, 1), (257, 64)])
@pytest.mark.parametrize("block_bytes", [64, 1000, 1 << 20])
def test_blocks_of_any_size(monkeypatch, block_bytes, pixels, channels, dtype):
    monkeypatch.setattr(normalization, "_BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(normalization, "_BLOCKS", 1 << 20)
    monkeypatch.setattr(normalization, "_rows", normalization._rows.__wrapped__)
    rng = np.random.default_rng(0)
    x, grad = rng.normal(3, 1, size=(2, pixels, channels)).astype(dtype)
    scale, offset = rng.normal(size=(2, channels)).astype(dtype)
    tolerance = 3e-5 if dtype == np.float32 else 1e-11
    found, moments = normalization.forward(x, scale, offset, 0.1, None, relu=True)
    expected, wanted = vectorised.batch_normalization(x, scale, offset, 0.1, relu=True)
    for a, b in zip((found, *moments), (expected, *wanted), strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
    arguments = (grad, x, scale, offset, 0.1, wanted)
    how = {"of_batch": True, "relu": True, "input_gradient": True}
    for a, b in zip(
        normalization.backward(*arguments, **how),
        vectorised.batch_normalization_backward(*arguments, **how),
        strict=True,
    ):
        np.testing.assert_allclose(a, b, rtol=10 * tolerance, atol=10 * tolerance)


def test_every_run_gives_the_same_bits():
    x = np.random.default_rng(0).normal(size=(64, 32, 32, 16)).astype(np.float32)
    ones = np.ones(16, np.float32)
    results = set()
    for _ in range(5):
        y, moments = normalization.forward(x, ones, ones, 1e-3, None, relu=False)
        gradients = normalization.backward(
            x, x, ones, ones, 1e-3, moments, of_batch=True, relu=False, input_gradient=True
        )
        results.add(b"".join(array.tobytes() for array in (y, *moments, *gradients)))
    assert len(results) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan])
def test_an_infinite_scale_gives_infinities(number, dtype):
    rng = np.random.default_rng(0)
    x, grad = rng.normal(size=(2, 40, 5)).astype(dtype)
    scale, offset = np.ones(5, dtype), np.zeros(5, dtype)
    scale[2] = number
    with np.errstate(invalid="ignore"):
        (y, moments), (expected, _) = (
            engine.batch_normalization(x, scale, offset, 1e-3) for engine in (compiled, vectorised)
        )
        np.testing.assert_array_equal(np.isnan(y), np.isnan(expected))
        np.testing.assert_array_equal(y == np.inf, expected == np.inf)
        gradients = (
            engine.batch_normalization_backward(grad, x, scale, offset, 1e-3, moments, of_batch=True)
            for engine in (compiled, vectorised)
        )
        for found, right in zip(*gradients, strict=True):
            np.testing.assert_array_equal(np.isnan(found), np.isnan(right))
