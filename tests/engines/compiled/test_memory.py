"""Memory that is used again, and never while somebody still looks at it."""

import gc
import os
import threading

import numpy as np
import pytest

from adim.engines.compiled import memory

SHAPE = (1 << 10, 1 << 9)  # 2 MiB of float32


@pytest.fixture(autouse=True)
def _idle(monkeypatch):
    monkeypatch.setattr(memory, "_idle", {})


def place(array):
    return array.__array_interface__["data"][0]


def test_what_nobody_holds_is_given_to_the_next_array_of_its_size():
    first = memory.empty(SHAPE, np.float32)
    where = place(first)
    assert where % 64 == 0
    del first
    assert place(memory.empty((SHAPE[0], SHAPE[1] // 2), np.float64)) == where


def test_a_view_keeps_it():
    first = memory.empty(SHAPE, np.float32)
    view = first[1:].reshape(-1)[::2].T
    view[...] = 3
    del first
    other = memory.empty(SHAPE, np.float32)
    other[...] = 5
    assert (view == 3).all()
    where = place(view) - 4 * SHAPE[1]
    del view
    assert place(memory.empty(SHAPE, np.float32)) == where


def test_a_buffer_keeps_it():
    first = memory.empty(SHAPE, np.float32)
    first[...] = 3
    buffer = memoryview(first)
    del first
    memory.empty(SHAPE, np.float32)[...] = 5
    assert buffer[0, 0] == 3


def test_so_does_a_cycle_until_it_is_collected():
    holder = [memory.empty(SHAPE, np.float32)]
    holder.append(holder)
    where = place(holder[0])
    del holder
    assert place(memory.empty(SHAPE, np.float32)) != where
    gc.collect()
    kept = [memory.empty(SHAPE, np.float32) for _ in range(2)]
    assert where in map(place, kept)


def test_small_arrays_are_numpys():
    assert memory.empty((3,), np.float32).base is None
    assert memory.empty((), np.float64).shape == ()
    assert memory.empty((0, 5), np.float64).shape == (0, 5)


def test_not_too_much_lies_idle(monkeypatch):
    monkeypatch.setattr(memory, "_KEPT", 5 << 20)
    for size in range(1 << 18, 1 << 20, 1 << 17):
        memory.empty((size,), np.float32)
        assert sum(size * len(memories) for size, memories in memory._idle.items()) <= memory._KEPT


def test_threads_do_not_meet_in_it():
    failures = []

    def work(number):
        for _ in range(50):
            array = memory.empty(SHAPE, np.float32)
            array[...] = number
            failures.extend([number] * bool((array != number).any()))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_has_its_own():
    array = memory.empty(SHAPE, np.float32)
    array[...] = 1
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        array[...] = 2
        os.write(writer, b"done")
        os._exit(0)
    os.read(reader, 4)
    os.waitpid(child, 0)
    assert (array == 1).all()
