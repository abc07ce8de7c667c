"""The sandbox: right answers come out, and nothing that means harm does any, with bubblewrap and without."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hostile import KINDS, SOLUTION, submission

from adim.learn.cases import drawn
from adim.learn.comparison import expected, judge
from adim.learn.exercises import EXERCISES
from adim.learn.sandbox import Isolation, Limits, isolation, run
from adim.learn.sandbox.answers import read
from adim.learn.trial import Case, Other, Outcome, Task, dump

LIMITS = Limits(seconds=0.5, total=3, loading=1, memory=2**28)
CASES = 3
TASKS = [Task(name, drawn(name, 0)[1 : 1 + CASES]) for name in EXERCISES]
CONV = list(EXERCISES).index("conv_forward")
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

# How the first call of conv_forward ends. Where there is a choice, it hangs on the walls that this machine has.
ENDS = {
    "endless_loop": {"ran out of time"},
    "endless_loop_in_one_case": {"returned"},
    "loop_that_swallows": {"ran out of time"},
    "deaf": {"ran out of time"},
    "fork_bomb": {"raised"},
    "thread_bomb": {"raised"},
    "exit_at_once": {"died"},
    "exit_politely": {"raised"},
    "interrupt": {"raised"},
    "killer": {"raised"},
    "recursion": {"raised", "died", "ran out of memory", "ran out of time"},
    "memory_bomb": {"ran out of memory"},
    "chatter": {"returned"},
    "disk_filler": {"raised"},
    "inode_filler": {"raised"},
    "vandal": {"raised"},
    "symlinks": {"raised"},
    "caller": {"raised"},
    "daemon": {"raised"},
    "new_program": {"raised"},
    "patched_numpy": {"returned"},
    "forger": {"returned"},
    "garbage": {"died"},
    "liar": {"returned"},
    "giant": {"ran out of memory"},
    "heavy": {"returned"},
    "deep": {"returned"},
    "spy": {"returned"},
    "borrower": {"raised"},
    "borrower_of_torch": {"raised"},
    "segfault": {"died"},
    "afterlife": {"returned"},
    "broken_module": {"raised"},
    "strange_things": {"returned"},
    "sulky_error": {"raised"},
    "terminal": {"raised"},
    "saboteur": {"died", "raised"},
    "unhooker": {"died", "raised", "returned"},
    "module_exit": {"died"},
    "module_loop": {"ran out of time"},
}
HARMLESS = {"chatter", "afterlife", "endless_loop_in_one_case"}  # answer rightly at first
WHOLE = {"module_exit", "module_loop"}  # spoil every function of theirs


def right(task, outcomes):
    """Say of each outcome of a task whether it is right."""
    exercise = EXERCISES[task.function]
    pairs = zip(task.cases, outcomes, strict=True)
    return [judge(exercise, case, outcome, expected(exercise, case)).right for case, outcome in pairs]


@pytest.fixture(params=[pytest.param(True, id="bubblewrap"), pytest.param(False, id="without")])
def bubblewrap(request):
    if request.param and not isolation().bubblewrap:
        pytest.skip("bubblewrap is not installed, or does not work here")
    return request.param


@pytest.fixture
def trap(tmp_path, monkeypatch):
    """A place to harm; afterwards, nothing was harmed, and nothing is left of what was run."""
    folder = tmp_path / "foreign"
    folder.mkdir()
    victim = folder / "victim"
    victim.write_text("precious")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    mark = f"adim-{tmp_path.name}"
    status = victim.stat()
    before = children()
    adopt_orphans(True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield {"victim": victim, "mark": mark, "port": server.getsockname()[1], "grader": os.getpid()}
        with pytest.raises(BlockingIOError):
            server.accept()
    reap(before)
    assert children() <= before
    adopt_orphans(False)
    assert victim.read_text() == "precious"
    assert (victim.stat().st_mode, victim.stat().st_mtime_ns) == (status.st_mode, status.st_mtime_ns)
    assert list(folder.iterdir()) == [victim]
    assert list(temporary.iterdir()) == []
    for place in (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path(), Path("/"), Path(os.__file__).parent):  # noqa: S108
        assert [found for found in place.glob("*") if mark in found.name] == []


def adopt_orphans(yes):
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, int(yes), 0, 0, 0)


def children():
    """Return the numbers of the processes that this one has started or adopted."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = status.read_text().rpartition(")")
            if int(rest.split()[1]) == os.getpid():
                found.add(int(name.partition(" ")[0]))
    return found


def reap(before):
    """Wait a little for what is about to end: what a process leaves behind is ours now."""
    for _ in range(200):
        new = children() - before
        if not new:
            return
        for process in new:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, os.WNOHANG)
        time.sleep(0.01)


def test_right_functions_are_right(bubblewrap):
    tasks = [Task(name, drawn(name, 0)) for name in EXERCISES]
    told = run(SOLUTION, tasks, bubblewrap=bubblewrap)
    for task, outcomes in zip(tasks, told, strict=True):
        assert all(right(task, outcomes)), task.function
        assert {outcome.modified for outcome in outcomes} == {()}


def test_every_kind_is_expected():
    assert set(KINDS) == set(ENDS)


@linux
@pytest.mark.parametrize("kind", KINDS)
def test_no_harm_is_done(kind, bubblewrap, trap):
    told = run(submission(kind, **trap), TASKS, LIMITS, bubblewrap=bubblewrap)
    assert [len(outcomes) for outcomes in told] == [CASES] * len(TASKS)
    for task, outcomes in zip(TASKS, told, strict=True):
        if task.function == "conv_forward":
            assert outcomes[0].end in ENDS[kind], outcomes[0]
            assert right(task, outcomes)[0] == (kind in HARMLESS)
        else:
            assert all(right(task, outcomes)) == (kind not in WHOLE), outcomes


def test_only_the_call_that_hangs_is_lost_and_what_follows_it(bubblewrap):
    cases = drawn("conv_forward", 0)
    fine = next(case for case in cases if case.arguments["hparameters"]["stride"] == 1)
    hangs = next(case for case in cases if case.arguments["hparameters"]["stride"] == 2)
    task = Task("conv_forward", (fine, fine, hangs, fine))
    (outcomes,) = run(submission("endless_loop_in_one_case"), [task], LIMITS, bubblewrap=bubblewrap)
    assert [outcome.end for outcome in outcomes] == ["returned"] * 2 + ["ran out of time", "was not reached"]


def test_a_task_goes_on_after_one_death():
    code = "import os\ndef f(x):\n    return os._exit(x) if x else 'alive'"
    task = Task("f", tuple(Case("", {"x": x}) for x in (0, 3, 0, 4, 0)))
    (outcomes,) = run(code, [task], LIMITS)
    assert [(outcome.end, outcome.error) for outcome in outcomes] == [
        ("returned", ""), ("died", "exit 3"), ("returned", ""), ("died", "exit 4"), ("was not reached", "")
    ]  # fmt: skip


def test_all_calls_of_a_task_share_its_time():
    code = "import time\ndef f(): time.sleep(0.2)"
    (outcomes,) = run(code, [Task("f", (Case("", {}),) * 9)], LIMITS._replace(total=0.7))
    ends = [outcome.end for outcome in outcomes]
    assert ends[0] == "returned"
    assert ends[-1] == "was not reached"
    assert ends.count("ran out of time") == 1


def test_a_death_is_told_by_its_signal():
    (outcomes,) = run(submission("segfault"), TASKS[CONV : CONV + 1], LIMITS)
    assert outcomes[0].error == "SIGSEGV"


def test_what_is_printed_is_counted_and_kept_short():
    (outcomes,) = run(submission("chatter"), TASKS[CONV : CONV + 1], LIMITS._replace(seconds=3))
    assert outcomes[0].printed == 300 * 17_001 + 8
    assert outcomes[0].text.startswith("all tests passed\nall tests")
    assert len(outcomes[0].text) == 2000


def test_a_function_may_use_all_that_computes(bubblewrap):
    code = """
from __future__ import annotations
import copy, dataclasses, decimal, fractions, functools, itertools, json, logging, math, random, statistics, string
import typing, unittest, warnings, pickle, collections, enum, abc, io, timeit, pprint, textwrap, inspect, traceback
import numpy as np
import numpy.testing, numpy.random, numpy.fft, numpy.linalg, numpy.lib.stride_tricks, numpy.polynomial, numpy.typing
from typing import NamedTuple

class Pair(NamedTuple):
    one: int
    two: int = 2

@dataclasses.dataclass
class Point:
    x: float = 0.0

def f(x: unknown):
    logging.info("called")
    warnings.warn("slow")
    np.testing.assert_allclose(x, x)
    x = pickle.loads(pickle.dumps(copy.deepcopy(x)))
    np.save(file := io.BytesIO(), np.fft.ifft(np.fft.fft(x)).real)
    file.seek(0)
    random.seed(0), np.random.seed(0), np.random.default_rng(0).normal(size=3)
    inspect.getsource(f), Pair(1), Point(), timeit.default_timer(), functools.lru_cache(math.sqrt)(4)
    eval("x + 1"), exec("y = 1"), np.linalg.svd(np.eye(9)), np.einsum("ij,jk->ik", np.eye(3), np.eye(3), optimize=True)
    return np.load(file).round(6)
"""
    ((outcome,),) = run(code, [Task("f", (Case("", {"x": np.arange(4.0)}),))], LIMITS, bubblewrap=bubblewrap)
    assert outcome.end == "returned", outcome
    assert outcome.value.tolist() == [0, 1, 2, 3]


def test_other_packages_are_not_at_hand():
    (outcomes,) = run(submission("borrower"), TASKS[CONV : CONV + 1], LIMITS)
    assert outcomes[0].error == "ImportError"
    assert outcomes[0].message == "adim is not at hand: the exercise is to be computed with NumPy"


def test_nothing_is_found_by_a_spy(bubblewrap, trap):
    (outcomes,) = run(submission("spy", **trap), TASKS[CONV : CONV + 1], LIMITS, bubblewrap=bubblewrap)
    assert outcomes[0].value == ()


def test_answers_are_plain_whatever_they_say_of_themselves():
    (outcomes,) = run(submission("liar"), TASKS[CONV : CONV + 1], LIMITS)
    array, (thing, mapping, pair) = outcomes[0].value
    assert type(array) is np.ndarray
    assert array.tolist() == [0, 0, 0]
    assert (thing, mapping, pair) == (Other("Thing"), {"x": Other("Thing")}, (1, 2))
    (outcomes,) = run(submission("heavy"), TASKS[CONV : CONV + 1], LIMITS)
    assert isinstance(outcomes[0].value, Other)


def test_terminals_are_not_written_to():
    (outcomes,) = run(submission("terminal"), TASKS[CONV : CONV + 1], LIMITS)
    told = outcomes[0].message + outcomes[0].text
    assert "100/100" in told
    assert told.replace("\n", "").isprintable()
    told.encode()


def test_a_function_that_could_not_be_defined_says_why():
    (outcomes,) = run("x = 1 / 0\n", [Task("conv_forward", TASKS[CONV].cases)], LIMITS)
    assert {outcome[:5] for outcome in outcomes} == {("raised", None, "ZeroDivisionError", "division by zero", 1)}
    (outcomes,) = run("def g(): pass", [Task("f", (Case("", {}),))], LIMITS)
    assert outcomes[0][:4] == ("raised", None, "NameError", "there is no f")
    (outcomes,) = run("def f(:", [Task("f", (Case("", {}),))], LIMITS)
    assert outcomes[0].error == "SyntaxError"


def test_helpers_are_substituted_in_the_sandbox_too():
    code = SOLUTION + "\ndef zero_pad(X, pad):\n    return X\n"
    task = TASKS[CONV]._replace(cases=drawn("conv_forward", 0)[:1])
    wrong, outcomes = run(code, [task, task._replace(substitutes=("zero_pad",))], LIMITS)
    assert not any(right(task, wrong))
    assert all(right(task, outcomes))


def test_no_task_is_no_work():
    assert run("", []) == []
    assert run("", [Task("f", ())]) == [()]


def test_an_answer_can_be_made_up_of_anything():
    for frame in (
        b"", b"x", dump(None), dump(Other("x")), dump(("returned", 1)), bytes(100), b"\xff" * 100,
        dump(Outcome("won")), dump(Outcome(["returned"])), dump(Outcome("returned", error=1)),
    ):  # fmt: skip
        assert read(frame) == Outcome("died", error="no answer")
    assert read(dump(Outcome("returned", (Outcome("returned"), Other([1]))))).value == (
        ("returned", None, "", "", None, (), 0, ""),
        Other("[1]"),
    )


@linux
def test_several_run_at_once(bubblewrap, trap):
    codes = [SOLUTION, submission("endless_loop"), submission("exit_at_once"), SOLUTION]
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda code: run(code, TASKS, LIMITS, bubblewrap=bubblewrap), codes))
    for answers in (told[0], told[3]):
        assert all(all(right(task, outcomes)) for task, outcomes in zip(TASKS, answers, strict=True))
    assert [outcomes[CONV][0].end for outcomes in told[1:3]] == ["ran out of time", "died"]


@linux
@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="Ctrl-C comes to the main thread")
def test_ctrl_c_leaves_nothing_behind(bubblewrap, trap):
    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(KeyboardInterrupt):
            run(submission("deaf"), TASKS[CONV:], LIMITS._replace(seconds=60, total=60), bubblewrap=bubblewrap)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@linux
def test_a_grader_that_is_killed_leaves_nothing_behind(bubblewrap, trap):
    program = (
        "from hostile import submission\n"
        "from adim.learn.sandbox import Limits, run\n"
        "from adim.learn.trial import Case, Task\n"
        "print(flush=True)\n"
        "case = Case('', dict.fromkeys(('A_prev', 'W', 'b', 'hparameters')))\n"
        f"run(submission('deaf'), [Task('conv_forward', (case,))], Limits(seconds=60), bubblewrap={bubblewrap})\n"
    )
    path = os.pathsep.join((str(Path(__file__).parents[1]), *sys.path))
    environment = {**os.environ, "PYTHONPATH": path}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as grader:
        grader.stdout.readline()
        time.sleep(0.8)  # by now its child waits for a signal that it does not hear
        grader.kill()


@linux
def test_a_worker_that_is_killed_leaves_nothing_behind_and_costs_one_task(trap):
    def kill_worker():
        while not (workers := children() - before):
            time.sleep(0.01)
        time.sleep(0.5)  # by now its child does not listen
        os.kill(workers.pop(), signal.SIGKILL)

    isolation(bubblewrap=False)  # so that the only new process is the one that is meant
    before = children()
    tasks = [TASKS[CONV], TASKS[0]]
    with ThreadPoolExecutor(1) as pool:
        killed = pool.submit(kill_worker)
        deaf, after = run(submission("deaf"), tasks, Limits(seconds=60), bubblewrap=False)
        killed.result()
    assert [outcome.end for outcome in deaf] == ["died", "was not reached", "was not reached"]
    assert all(right(TASKS[0], after))


def test_what_protects_is_told():
    told = isolation(bubblewrap=False)
    assert isinstance(told, Isolation)
    assert not told.bubblewrap
    assert told.gaps
    assert told.gaps[0].en.startswith("bubblewrap is not")
    for text in (*told.protections, *told.gaps):
        assert text.into("en") != text.into("tr")
    if isolation().bubblewrap:
        assert isolation().protections[0].en.startswith("bubblewrap shows")
