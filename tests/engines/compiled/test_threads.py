"""The threads: every task once, never more of them than asked, the same bits each time, and safe from interruptions."""

import ctypes
import os
import subprocess
import sys
import threading
import time
from array import array
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent

import numpy as np
import pytest
from drawn import values
from llvmlite import ir

import adim
from adim import ops
from adim.engines import settings
from adim.engines.compiled import library, threads
from adim.engines.compiled.language import Function
from adim.engines.compiled.records import Layout, address

# -- a kernel that tells who ran it

CALL = Layout("tasks", "who", "busy", "most", "work")


def _write(module):
    """Write ``probe(call, task, thread)``: count runs, note the thread, see how many are busy, and take a while."""
    f = Function(module, "probe", ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    f.fetch_add(call.tasks + f.task * 8, 1)
    f.store(f.thread, call.who + f.task * 8)
    busy = f.fetch_add(call.busy, 1) + 1
    f.store(f.larger(busy, f.load(call.most + f.thread * 8)), call.most + f.thread * 8)
    with f.loop(0, call.work):
        f.read_shared(call.busy)
    f.fetch_add(call.busy, -1)
    f.finish()


@pytest.fixture(scope="module")
def probe():
    module = ir.Module("probe")
    _write(module)
    return library._load("probe", library.compile_module(str(module)))


class Job:
    """A job for the probe, and what it told."""

    def __init__(self, tasks, work=2000):
        self.runs, self.who = np.zeros(tasks, np.int64), np.full(tasks, -1)
        self.busy, self.most, self.work = np.zeros(1, np.int64), np.zeros(64, np.int64), work

    def run(self, pool, code):
        call = CALL.call(*map(address, (self.runs, self.who, self.busy, self.most)), self.work)
        pool.run(code, call, len(self.runs))


@pytest.fixture(params=[1, 2, 5])
def pool(request):
    made = threads.Pool(request.param)
    yield made
    made.end()


@pytest.fixture
def _restored(monkeypatch):
    """Give the process its threads back."""
    before = settings._num_threads
    yield
    settings._num_threads = before
    threads.pool()


@pytest.mark.parametrize("tasks", [0, 1, 2, 3, 100, 1000])
def test_every_task_is_run_once_by_a_thread_there_is(pool, probe, tasks):
    for work in (0, 1000):
        job = Job(tasks, work)
        job.run(pool, probe)
        assert (job.runs == 1).all()
        assert ((job.who >= 0) & (job.who < pool.count)).all()
        assert job.most.max() <= pool.count
        assert job.busy == 0


def test_every_thread_comes_to_help(probe):
    pool = threads.Pool(3)
    try:
        for _ in range(1000):  # whether they come to any one job is up to the system
            job = Job(64, 20_000)
            job.run(pool, probe)
            if set(job.who) == {0, 1, 2}:
                break
        assert set(job.who) == {0, 1, 2}
    finally:
        pool.end()


def test_calls_at_once_never_keep_more_threads_busy_than_asked(pool, probe):
    shared = Job(1)  # what counts who is busy, in all calls together

    def call(number):
        job = Job(number % 7, 200_000)  # single tasks too; long enough for two to meet
        job.busy, job.most = shared.busy, shared.most
        job.run(pool, probe)
        return job.runs

    with ThreadPoolExecutor(16) as callers:
        for runs in callers.map(call, range(400)):
            assert (runs == 1).all()
    assert 1 <= shared.most.max() <= pool.count


@pytest.mark.usefixtures("_restored")
def test_a_hundred_calls_at_once_give_the_bits_of_one():
    settings._num_threads = 3
    x, kernel = values((2, 14, 14, 32), 0, np.float32), values((3, 3, 32, 64), 1, np.float32)

    def every_pass(_):
        y = ops.conv2d(x, kernel, padding="same", engine="compiled")
        dx, dkernel, dbias = ops.conv2d_backward(y, x, kernel, padding="same", engine="compiled")
        return b"".join(array.tobytes() for array in (y, dx, dkernel, dbias))

    alone = every_pass(0)
    with ThreadPoolExecutor(16) as callers:
        assert set(callers.map(every_pass, range(100))) == {alone}


@pytest.mark.usefixtures("_restored")
def test_the_number_of_threads_may_change_while_they_compute():
    x, kernel = values((2, 14, 14, 32), 0), values((3, 3, 32, 64), 1)
    expected = ops.conv2d(x, kernel, engine="vectorised")
    ended = threading.Event()

    def keep_changing():
        count = 0
        while not ended.is_set():
            count = count % 4 + 1
            settings._num_threads = count

    changer = threading.Thread(target=keep_changing)
    changer.start()
    try:
        with ThreadPoolExecutor(4) as callers:
            for y in callers.map(lambda _: ops.conv2d(x, kernel, engine="compiled"), range(60)):
                np.testing.assert_allclose(y, expected, rtol=0, atol=1e-10)
    finally:
        ended.set()
        changer.join()


@pytest.mark.usefixtures("_restored")
def test_threads_that_are_no_longer_wanted_go():
    threads.pool().end()
    for count in (4, 2, 1, 3):
        settings._num_threads = count
        ops.conv2d(np.ones((1, 8, 8, 8)), np.ones((3, 3, 8, 8)), engine="compiled")
        pool = threads.pool()
        assert pool.count == count
    mine = {worker for worker in pool.workers if worker.is_alive()}
    assert len(mine) == 2
    pool.end()
    for worker in mine:
        worker.join(60)
        assert not worker.is_alive()


# -- in processes of their own

CONVOLVE = """
    import os, sys, signal, threading, time, warnings
    import numpy as np
    from adim import ops
    from adim.engines import compiled, settings  # imported now: a fork in the middle of an import is Python's to mend
    settings._num_threads = 3
    x = np.random.default_rng(0).standard_normal((4, 16, 16, 32))
    kernel = np.random.default_rng(1).standard_normal((3, 3, 32, 64))
    def convolve(_=None):
        return ops.conv2d(x, kernel, padding="same", engine="compiled")
    expected = ops.conv2d(x, kernel, padding="same", engine="vectorised")
    def right(_=None):
        return bool(np.abs(convolve() - expected).max() < 1e-10)
"""


def in_a_new_process(code, tmp_path, **environment):
    path = tmp_path / "program.py"
    path.write_text(dedent(CONVOLVE) + dedent(code))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment}
    done = subprocess.run(
        [sys.executable, path], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_in_the_middle_computes(tmp_path):
    done = in_a_new_process(
        """
        warnings.simplefilter("ignore", DeprecationWarning)
        ended = False
        def keep_computing():
            while not ended:
                convolve()
        workers = [threading.Thread(target=keep_computing) for _ in range(2)]
        [worker.start() for worker in workers]
        for _ in range(20):
            child = os.fork()
            if child == 0:
                signal.alarm(60)
                os._exit(0 if right() and right() else 1)
            print(os.waitpid(child, 0)[1])
        ended = True
        print(right())
        """,
        tmp_path,
    )
    assert done == ["0"] * 20 + ["True"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_while_another_thread_compiles_compiles_too(tmp_path):
    done = in_a_new_process(
        """
        warnings.simplefilter("ignore", DeprecationWarning)
        worker = threading.Thread(target=convolve)
        worker.start()
        for _ in range(10):
            child = os.fork()
            if child == 0:
                signal.alarm(60)
                os._exit(0 if right() else 1)
            print(os.waitpid(child, 0)[1])
        worker.join()
        """,
        tmp_path,
        ADIM_CACHE_DIR=str(tmp_path / "cold"),
    )
    assert done == ["0"] * 10


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_children_of_every_kind_compute(tmp_path, method):
    if method not in __import__("multiprocessing").get_all_start_methods():
        pytest.skip("not on this system")
    done = in_a_new_process(
        f"""
        import multiprocessing
        if __name__ == "__main__":
            assert right()
            with multiprocessing.get_context("{method}").Pool(2) as pool:
                print(*pool.map(right, range(4)))
        """,
        tmp_path,
    )
    assert done == ["True"] * 4


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="this system has no timers")
def test_ctrl_c_waits_for_the_job_and_leaves_the_threads_usable(tmp_path):
    done = in_a_new_process(
        """
        def interrupt(*_):
            raise KeyboardInterrupt
        signal.signal(signal.SIGALRM, interrupt)
        assert right()
        interrupted = 0
        for number in range(200):
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.0002 + number * 1e-5)
                while True:
                    convolve()
            except KeyboardInterrupt:
                interrupted += 1
            if number % 20 == 0:
                print(right())
        print(interrupted, right())
        """,
        tmp_path,
    )
    assert done == ["True"] * 10 + ["200", "True"]


def test_an_exception_in_the_middle_finds_the_job_finished(probe):
    if not hasattr(ctypes.pythonapi, "PyThreadState_SetAsyncExc"):
        pytest.skip("another Python")

    class Stop(BaseException):
        pass

    pool, jobs, stopped = threads.Pool(3), [], threading.Event()

    def keep_working():
        try:
            while not enough.is_set():
                jobs.append(Job(5, 3000))
                jobs[-1].run(pool, probe)
        except Stop:
            stopped.set()

    for _ in range(20):
        stopped.clear()
        jobs.clear()
        enough = threading.Event()
        worker = threading.Thread(target=keep_working, daemon=True)
        worker.start()
        deadline = time.monotonic() + 30
        while len(jobs) < 10 and time.monotonic() < deadline:
            time.sleep(0.001)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(Stop))
        found = stopped.wait(30)
        enough.set()
        worker.join(30)
        assert (found, worker.is_alive()) == (True, False)
        last = jobs[-1]
        assert (last.runs == 1).all() or not last.runs.any()  # before, or after, but not half done
        assert last.busy == 0
    job = Job(100)
    job.run(pool, probe)
    assert (job.runs == 1).all()
    pool.end()


def test_a_thread_that_nobody_woke_comes_back_by_itself(monkeypatch):
    monkeypatch.setattr(threads, "_NAP", 0.05)
    pool = threads.Pool(2)
    deadline = time.monotonic() + 30
    while not pool._asleep and time.monotonic() < deadline:
        time.sleep(0.01)
    pool._asleep.popitem()  # and then an exception came
    while not pool._asleep and time.monotonic() < deadline:
        time.sleep(0.01)
    assert pool._asleep
    pool.end()


def test_a_call_is_a_row_of_integers():
    assert CALL.call(1, 2, 3, 4, 5) == array("q", [1, 2, 3, 4, 5])


@pytest.mark.usefixtures("_restored")
def test_threads_that_the_system_does_not_give_leave_those_that_are_there(monkeypatch):
    adim.set_num_threads(2)
    before = threads.pool()
    real, started = threading.Thread.start, []

    def start(thread):
        if len(started) == 3:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    settings._num_threads = 9
    with pytest.raises(RuntimeError, match="no more than 4 threads, 9 are asked for: choose fewer with"):
        threads.pool()
    for thread in started:
        thread.join(5)
        assert not thread.is_alive()
    settings._num_threads = 2
    assert threads.pool() is before
    assert all(worker.is_alive() for worker in before.workers)


@pytest.mark.parametrize("count", [0, -1, 1025, 10**20])
def test_no_thread_and_far_too_many_are_refused(count):
    before = adim.get_num_threads()
    with pytest.raises(ValueError, match="the number of threads must be"):
        adim.set_num_threads(count)
    assert adim.get_num_threads() == before
