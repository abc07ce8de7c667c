"""How much memory a pass takes beside its input and output: a quarter of them, and 8 MiB for each thread."""

import numpy as np
import pytest

import adim
from adim import ops
from adim.engines.compiled import memory

MIB = 1 << 20
LAYERS = {  # x, kernel, stride: those with the largest filters, and each way once
    "512 channels": ((1, 7, 7, 512), (3, 3, 512, 512), 1),
    "512 channels, 8 images": ((8, 7, 7, 512), (3, 3, 512, 512), 1),
    "256 channels, 8 images": ((8, 14, 14, 256), (3, 3, 256, 256), 1),
    "512 channels on 14x14": ((1, 14, 14, 512), (3, 3, 512, 512), 1),
    "large filters": ((1, 14, 14, 512), (5, 5, 512, 512), 1),
    "strided": ((2, 28, 28, 256), (3, 3, 256, 512), 2),
    "2048 channels": ((1, 14, 14, 1024), (1, 1, 1024, 2048), 2),
    "large image": ((1, 224, 224, 64), (3, 3, 64, 64), 1),
    "first layer": ((8, 224, 224, 3), (7, 7, 3, 64), 2),
    "one channel": ((64, 64, 64, 1), (3, 3, 1, 32), 1),
}


@pytest.fixture(autouse=True)
def _restored():
    threads = adim.get_num_threads()
    yield
    adim.set_num_threads(threads)
    adim.set_precision("fast")


@pytest.fixture
def taken(monkeypatch):
    """Return a list of how many bytes each array has that is made where results and scratch are."""
    made = []
    real = memory.empty

    def empty(shape, dtype):
        array = real(shape, dtype)
        made.append(array.nbytes)
        return array

    monkeypatch.setattr(memory, "empty", empty)
    return made


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("precision", ["fast", "exact"])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("layer", LAYERS)
def test_a_pass_takes_little(layer, threads, precision, dtype, taken):
    shape, filters, stride = LAYERS[layer]
    adim.set_num_threads(threads)
    adim.set_precision(precision)
    how = {"strides": stride, "padding": "same", "engine": "compiled"}
    x, kernel = np.zeros(shape, dtype), np.zeros(filters, dtype)
    grad = ops.conv2d(x, kernel, **how)
    allowed = (x.nbytes + kernel.nbytes + grad.nbytes) / 4 + 8 * MIB * threads
    taken.clear()
    ops.conv2d(x, kernel, **how)
    assert sum(taken) - grad.nbytes < allowed
    taken.clear()
    dx = ops.conv2d_input_gradient(grad, kernel, shape, **how)
    assert sum(taken) - dx.nbytes < allowed
    taken.clear()
    ops.conv2d_kernel_gradient(grad, x, filters, **how)
    assert sum(taken) < allowed
