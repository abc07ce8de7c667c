"""Auto: NumPy for a few small calls, the compiled engine once there is work that is worth its start."""

import numpy as np
import pytest

from adim import engines, ops
from adim.engines import choice, vectorised


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(choice, "_done", 0)
    monkeypatch.setattr(choice, "_settled", 0)


def name_of(engine):
    return engine.__name__.rpartition(".")[2]


def test_nobody_waits_for_a_compiler_to_convolve_a_little_image():
    assert name_of(engines.choose(work=16)) == "vectorised"


def test_one_large_call_is_worth_it():
    assert name_of(engines.choose(work=1 << 30)) == "compiled"


def test_many_small_calls_are_worth_it_together():
    for _ in range(1 << 14):
        if name_of(engines.choose(work=1 << 10)) == "compiled":
            break
    else:
        pytest.fail("the work was not added up")
    assert name_of(engines.choose(work=1)) == "compiled"  # from then on


def test_within_a_block_the_choice_does_not_change():
    with choice.expecting(16):
        for _ in range(1 << 15):
            assert name_of(engines.choose(work=1 << 20)) == "vectorised"
    with choice.expecting(1 << 30):
        assert name_of(engines.choose(work=1)) == "compiled"


def test_what_is_named_is_taken():
    assert name_of(engines.choose("vectorised", 1 << 40)) == "vectorised"
    assert name_of(engines.choose("compiled", 1)) == "compiled"


def test_without_vector_instructions_numpy_computes_and_says_so_once(monkeypatch):
    def impossible():
        raise ValueError("no vectors here")

    monkeypatch.setattr("adim.engines.compiled.processor.instruction_set", impossible)
    choice._is_possible.cache_clear()
    try:
        with pytest.warns(RuntimeWarning, match="NumPy computes.*no vectors here"):
            assert name_of(engines.choose(work=1 << 30)) == "vectorised"
        assert name_of(engines.choose(work=1 << 30)) == "vectorised"
    finally:
        choice._is_possible.cache_clear()


def test_the_work_of_a_convolution_is_its_multiplications(monkeypatch):
    asked = []

    def choose(name, work=0):
        asked.append(work)
        return vectorised

    monkeypatch.setattr("adim.ops.convolution.choose", choose)
    x, kernel = np.ones((2, 5, 6, 4)), np.ones((3, 3, 2, 8))
    grad = ops.conv2d(x, kernel, groups=2)
    ops.conv2d_input_gradient(grad, kernel, x.shape, groups=2)
    ops.conv2d_kernel_gradient(grad, x, kernel.shape, groups=2)
    assert asked == [2 * 3 * 4 * 9 * 2 * 8] * 3
