"""Recordings, and tapes of them: jobs that follow on each other give what they give one by one."""

import numpy as np
import pytest

from adim.engines import compiled, settings
from adim.engines.compiled import threads
from adim.engines.compiled.recording import Recording, current
from adim.engines.compiled.tape import Tape
from adim.geometry import window

SCRATCH = 1 << 12
AROUND = window((20, 20), 3, padding="same")


@pytest.fixture(autouse=True, params=[1, 2, 5])
def _threads(request, monkeypatch):
    monkeypatch.setattr(settings, "_num_threads", request.param)
    yield
    monkeypatch.undo()
    threads.pool()


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    shapes = (8, 20, 20, 16), (3, 3, 16, 16), (16,)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def test_jobs_follow_on_each_other(arrays):
    x, kernel, bias = arrays
    known, y, recordings = [x, kernel, bias], x, []
    for _ in range(4):  # each reads what the one before made, on all threads
        with Recording(np.empty(SCRATCH, np.uint8)) as recording:
            y = compiled.relu(compiled.conv2d(y, kernel, bias, AROUND))
        assert recording.makes(y, known)
        assert len(recording.jobs) >= 2
        assert max(job.tasks for job in recording.jobs) > 1 or threads.pool().count == 1
        known.append(y)
        recordings.append(recording)
    calls = []
    tape = Tape(threads.pool(), [*recordings[:2], lambda: calls.append(y.sum()), *recordings[2:]])
    for factor in (1, -3, 0, 1) * 25:
        np.copyto(x, factor * arrays[0])
        expected = x
        for _ in range(4):
            expected = compiled.relu(compiled.conv2d(expected, kernel, bias, AROUND))
        assert tape.play()
        np.testing.assert_array_equal(y, expected)
    assert len(calls) == 100


def test_what_python_makes_on_the_way_is_noticed(arrays):
    x, kernel, bias = arrays

    def makes(known, compute):
        with Recording(np.empty(SCRATCH, np.uint8)) as recording:
            y = compute()
        return recording.makes(y, known)

    assert makes(arrays, lambda: compiled.conv2d(x, kernel, bias, AROUND))
    assert makes(arrays, lambda: compiled.conv2d(x, kernel, np.zeros(16, np.float32), AROUND)) is False
    constant = np.zeros(16, np.float32)
    constant.flags.writeable = False
    assert makes(arrays, lambda: compiled.conv2d(x, kernel, constant, AROUND))
    assert makes(arrays, lambda: x.reshape(8, -1))
    assert not makes(arrays, lambda: x[:, ::2])
    assert not makes(arrays, lambda: compiled.conv2d(x, kernel, bias, AROUND) + 1)
    assert not makes(arrays, lambda: compiled.relu(compiled.relu(x) + 1))
    assert not makes(arrays, lambda: compiled.conv2d(x, np.asfortranarray(kernel), bias, AROUND))
    assert not makes(arrays[1:], lambda: compiled.conv2d(x, kernel, bias, AROUND))
    scale = np.ones(16, np.float32)
    assert not makes([*arrays, scale], lambda: compiled.batch_normalization(x, scale, scale, 0.1)[0])
    assert current() is None


def test_numbers_that_are_not_finite_are_told_once(arrays, monkeypatch):
    monkeypatch.setattr(settings, "_precision", "fast")
    x, kernel, bias = np.tile(arrays[0], (1, 1, 1, 4)), np.tile(arrays[1], (1, 1, 4, 4)), np.tile(arrays[2], 4)
    with Recording(np.empty(SCRATCH, np.uint8)) as recording:
        y = compiled.conv2d(x, kernel, bias, AROUND)
    assert recording.makes(y, [x, kernel, bias])
    tape = Tape(threads.pool(), [recording])
    x[0, 0, 0, 0] = np.nan
    assert not tape.play()
    x[0, 0, 0, 0] = 1
    assert tape.play()
    np.testing.assert_array_equal(y, compiled.conv2d(x, kernel, bias, AROUND))
    x[0, 0, 0, 0] = np.inf
    with Recording(np.empty(SCRATCH, np.uint8)) as recording:
        y = compiled.conv2d(x, kernel, bias, AROUND)
    assert not recording.is_finite
    assert not recording.makes(y, [x, kernel, bias])


def test_other_threads_are_noticed(arrays, monkeypatch):
    tape = Tape(threads.pool(), [])
    assert tape.play()
    assert tape.fits
    monkeypatch.setattr(settings, "_num_threads", 3)
    assert not tape.fits
