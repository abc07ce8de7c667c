"""The choice of an engine, and what every engine promises beside right numbers."""

import inspect
import os
import re
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import numpy as np
import pytest
from drawn import values

import adim
from adim import engines, ops

NAMES = list(engines._ENGINES)
CONTRACT = [name for name, member in vars(engines.Engine).items() if inspect.isfunction(member) and name[0] != "_"]


# -- the choice


@pytest.fixture(autouse=True)
def _restored():
    before = adim.get_engine()
    yield
    adim.set_engine(before)


@pytest.mark.parametrize("name", NAMES)
def test_an_engine_is_chosen_per_process_and_per_call(name):
    adim.set_engine(name)
    assert adim.get_engine() == name
    assert engines.choose() is engines.choose("auto") is engines.choose(name) is import_module(engines._ENGINES[name])
    assert ops.conv2d(np.ones((1, 2, 2, 1)), np.ones((2, 2, 1, 1)), engine=name).item() == 4


def test_what_a_call_names_comes_before_what_the_process_chose(monkeypatch):
    monkeypatch.setitem(engines._ENGINES, "other", "adim.engines")
    adim.set_engine("other")
    assert engines.choose() is engines
    assert engines.choose("vectorised") is not engines


@pytest.mark.parametrize("name", ["cuda", "", None, "Vectorised", [], 1])
def test_an_unknown_engine_is_refused_and_changes_nothing(name):
    refused = f"engine must be one of {', '.join(map(repr, ['auto', *NAMES]))}; got {name!r}"
    before = adim.get_engine()
    with pytest.raises(ValueError, match=re.escape(refused)):
        adim.set_engine(name)
    assert adim.get_engine() == before


def in_a_new_process(code, engine):
    environment = {**os.environ, "ADIM_ENGINE": engine, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)


@pytest.mark.parametrize(("given", "expected"), [("", "auto"), ("auto", "auto"), ("vectorised", "vectorised")])
def test_the_environment_chooses(given, expected):
    done = in_a_new_process("import adim; print(adim.get_engine())", given)
    assert (done.stdout.strip(), done.stderr) == (expected, "")


def test_an_unknown_engine_in_the_environment_is_named():
    done = in_a_new_process("import adim; print('imported'); adim.ops.relu([1.0])", "cuda")
    assert done.returncode != 0
    assert done.stdout == "imported\n"
    assert "the environment variable ADIM_ENGINE must be one of 'auto', 'vectorised'" in done.stderr
    assert "got 'cuda'" in done.stderr


# -- the contract


def test_the_contract_names_what_the_operations_call():
    assert len(CONTRACT) == 19


@pytest.mark.parametrize("function", CONTRACT)
@pytest.mark.parametrize("name", NAMES)
def test_an_engine_has_the_signatures_of_the_contract(name, function):
    promised = inspect.signature(getattr(engines.Engine, function))
    kept = inspect.signature(getattr(import_module(engines._ENGINES[name]), function))
    expected = [parameter for parameter in promised.parameters.values() if parameter.name != "self"]
    assert [(p.name, p.kind, p.annotation) for p in kept.parameters.values()] == [
        (p.name, p.kind, p.annotation) for p in expected
    ]
    assert kept.return_annotation == promised.return_annotation


def every_operation(seed, engine):
    """Run every operation once, forward and back, in float32; every other seed gives other numbers, not other sizes."""
    m, n_H, n_W, channels, filters = [(7, 18, 5, 12, 9), (3, 9, 16, 4, 11)][seed % 2]
    x, kernel = (
        values((m, n_H + 3, n_W + 3, channels), seed, np.float32),
        values((3, 3, channels, filters), 1, np.float32),
    )
    depthwise, transposed = (
        values((3, 3, 1, 2 * channels), 2, np.float32),
        values((3, 3, filters, channels), 3, np.float32),
    )
    y = ops.conv2d(x, kernel, strides=2, padding="same", engine=engine)
    z = ops.conv2d(x, depthwise, groups=channels, engine=engine)
    larger = ops.conv2d_transpose(x, transposed, strides=2, engine=engine)
    highest, mean = ops.max_pool2d(x, 3, strides=2, engine=engine), ops.avg_pool2d(x, 3, strides=2, engine=engine)
    flat = x.reshape(m, -1)
    weights = values((flat.shape[1], filters), 4, np.float32)
    product = ops.dense(flat, weights, engine=engine)
    return [
        y,
        *ops.conv2d_backward(y, x, kernel, strides=2, padding="same", engine=engine),
        z,
        *ops.conv2d_backward(z, x, depthwise, groups=channels, engine=engine),
        larger,
        *ops.conv2d_transpose_backward(larger, x, transposed, strides=2, engine=engine),
        highest,
        ops.max_pool2d_backward(highest, x, highest, 3, strides=2, engine=engine),
        mean,
        ops.avg_pool2d_backward(mean, x.shape, 3, strides=2, engine=engine),
        ops.global_max_pool2d(x, engine=engine),
        ops.global_avg_pool2d(x, engine=engine),
        product,
        *ops.dense_backward(product, flat, weights, engine=engine),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_threads_do_not_disturb_each_other_and_every_run_gives_the_same_bits(name):
    seeds = range(6)
    alone = [every_operation(seed, name) for seed in seeds]
    with ThreadPoolExecutor(6) as pool:
        for _ in range(3):
            together = pool.map(every_operation, seeds, [name] * len(seeds))
            for results, expected in zip(list(together), alone, strict=True):
                for result, right in zip(results, expected, strict=True):
                    assert result.tobytes() == right.tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_ordinary_numbers_meet_no_overflow_no_division_by_zero_and_nothing_invalid(name):
    with np.errstate(all="raise"):
        for seed in range(2):
            assert all(np.isfinite(array).all() for array in every_operation(seed, name))


def beside_the_result(call):
    """Return how many bytes a call needed at its height, not counting what it returned."""
    tracemalloc.start()
    try:
        made = call()
        left, highest = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert made is not None
    return highest - left


MIB = 1 << 20
LARGE = [  # x, kernel, attributes: all windows, or all products with them, would take 32 MiB and more
    pytest.param((8, 64, 64, 32), (3, 3, 32, 16), {"padding": "same"}, id="many images"),
    pytest.param((1, 256, 512, 8), (3, 3, 8, 8), {"padding": 1}, id="one large image"),
    pytest.param((1, 1, 32768, 16), (1, 16, 16, 8), {}, id="one long row"),
    pytest.param((1, 32768, 1, 16), (16, 1, 16, 8), {}, id="one long column"),
    pytest.param((8, 64, 64, 32), (3, 3, 16, 16), {"groups": 2, "padding": "same"}, id="groups"),
    pytest.param((4, 64, 64, 64), (3, 3, 1, 64), {"groups": 64, "padding": 1}, id="depthwise"),
    pytest.param((8, 64, 64, 2), (1, 1, 2, 256), {}, id="many filters on few channels"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("shape", "kernel", "attributes"), LARGE)
def test_the_matrix_of_all_windows_never_exists(name, shape, kernel, attributes):
    x, kernel, attributes = np.zeros(shape, np.float32), np.zeros(kernel, np.float32), {**attributes, "engine": name}
    y = ops.conv2d(x, kernel, **attributes)
    allowed = 4 * MIB + x[0].nbytes + y[0].nbytes  # one image at a time may be copied
    assert beside_the_result(lambda: ops.conv2d(x, kernel, **attributes)) < allowed
    assert beside_the_result(lambda: ops.conv2d_input_gradient(y, kernel, shape, **attributes)) < allowed
    assert beside_the_result(lambda: ops.conv2d_kernel_gradient(y, x, kernel.shape, **attributes)) < allowed


@pytest.mark.parametrize("name", NAMES)
def test_poolings_need_little_beside_their_result(name):
    x = np.zeros((16, 64, 64, 32), np.float32)
    y = ops.max_pool2d(x, 3, strides=1, engine=name)
    attributes = {"strides": 1, "engine": name}
    assert beside_the_result(lambda: ops.max_pool2d(x, 3, **attributes)) < 4 * MIB
    assert beside_the_result(lambda: ops.max_pool2d_backward(y, x, y, 3, **attributes)) < 4 * MIB
    assert beside_the_result(lambda: ops.avg_pool2d(x, 3, **attributes)) < 4 * MIB
    assert beside_the_result(lambda: ops.avg_pool2d_backward(y, x.shape, 3, **attributes)) < 4 * MIB
