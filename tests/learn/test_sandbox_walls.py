"""Each wall of the sandbox for itself, without the others that stand behind it."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from adim.learn import sandbox
from adim.learn.sandbox import Limits, bubblewrap, carrier
from adim.learn.sandbox.inside import child
from adim.learn.trial import Case, Task

INSIDE = Path(sandbox.__file__).parent / "inside"
PACKAGES = Path(np.__file__).parents[1]

linux = pytest.mark.skipif(sys.platform != "linux", reason="this system has no such wall")
posix = pytest.mark.skipif(os.name != "posix", reason="this system has no such wall")


def walled(name, program, *, standard=""):
    """Return what a program prints that has one of the files of ``inside`` under its name."""
    begin = f"""
import importlib.util, os, sys
def module(name):
    spec = importlib.util.spec_from_file_location(name, {str(INSIDE)!r} + f"/{{name}}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
def refused(*tries):
    for number, attempt in enumerate(tries):
        try:
            attempt()
        except (OSError, ImportError, RuntimeError, AttributeError) as error:
            continue
        print("not refused:", number)
{name} = module({name!r})
"""
    command = [sys.executable, "-c", begin + textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, input=standard)
    return done.stdout + done.stderr


CHANGES = """
    import ctypes, mmap, signal, socket, subprocess, threading, time, random, numpy as np
    victim = {victim!r}
    {wall}
    refused(
        lambda: open(victim, "w"),
        lambda: open(victim, "a"),
        lambda: open(victim, "r+"),
        lambda: os.open(victim, os.O_RDONLY | os.O_CREAT),
        lambda: os.open(victim, os.O_RDONLY | os.O_TRUNC),
        lambda: os.open(os.path.dirname(victim), os.O_TMPFILE | os.O_RDWR),
        lambda: os.remove(victim),
        lambda: os.rename(victim, victim + "2"),
        lambda: os.truncate(victim, 0),
        lambda: os.chmod(victim, 0),
        lambda: os.utime(victim, (0, 0)),
        lambda: os.mkdir(victim + "2"),
        lambda: os.link(victim, victim + "2"),
        lambda: os.symlink(victim, victim + "2"),
        lambda: os.mkfifo(victim + "2"),
        lambda: os.mknod(victim + "2"),
        lambda: os.setxattr(victim, "user.x", b""),
        lambda: os.memfd_create("x"),
        lambda: socket.socket(),
        lambda: socket.socketpair(),
        lambda: os.fork(),
        lambda: os.forkpty(),
        lambda: os.posix_spawn("/bin/true", ["true"], {{}}),
        lambda: os.execv("/bin/true", ["true"]),
        lambda: subprocess.run(["true"]),
        lambda: threading.Thread(target=print).start(),
        lambda: os.kill(os.getppid(), 0),
        lambda: os.killpg(os.getppid(), 0),
        lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
        lambda: __import__("fcntl").fcntl(0, 8, os.getppid()),
        lambda: __import__("resource").prlimit(os.getppid(), 0),
    )
    print("done")
"""


@pytest.fixture
def victim(tmp_path):
    path = tmp_path / "victim"
    path.write_text("precious")
    yield str(path)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


@linux
def test_the_kernel_refuses_what_is_no_computing(victim):
    wall = "print(system_calls.give_up_system_calls())"
    assert walled("system_calls", CHANGES.format(victim=victim, wall=wall)) == "True\ndone\n"


@linux
def test_the_kernel_lets_one_compute(victim):
    program = f"""
        import time, random, numpy as np
        system_calls.give_up_system_calls()
        time.sleep(0.001), time.time(), time.process_time(), random.SystemRandom().random(), os.urandom(3)
        x = np.ones((500, 500)) @ np.ones((500, 500))
        y = [bytes(2**20) for _ in range(50)]
        print(open({victim!r}).read(), os.listdir(os.path.dirname({victim!r})), os.getpid() > 0)
        import wave, xml.dom, lzma
    """
    assert walled("system_calls", program) == "precious ['victim'] True\n"


@linux
def test_the_kernel_goes_on_refusing(victim):
    program = f"""
        import ctypes
        system_calls.give_up_system_calls()
        system_calls.give_up_system_calls()
        libc = ctypes.CDLL(None)
        print(libc.unlink({victim.encode()!r}), libc.fork(), libc.socket(2, 1, 0), libc.kill({os.getpid()}, 0))
        print(libc.prctl(22, 0, 0, 0, 0), libc.open({victim.encode()!r}, os.O_WRONLY))
    """
    assert walled("system_calls", program) == "-1 -1 -1 -1\n-1 -1\n"


def test_python_refuses_what_it_announces(victim):
    wall = "announced.refuse_what_is_announced(__import__('pathlib').Path(np.__file__).parent)"
    assert walled("announced", CHANGES.format(victim=victim, wall=wall)) == "done\n"


def test_python_refuses_foreign_files_and_packages(victim):
    program = f"""
        import pathlib, numpy
        announced.refuse_what_is_announced(pathlib.Path(numpy.__file__).parent)
        sys.path.append({str(PACKAGES)!r})
        refused(
            lambda: open({victim!r}),
            lambda: open(os.path.dirname(os.__file__) + "/../../../../../../../.." + {victim!r}),
            lambda: open({victim.encode()!r}),
            lambda: os.open(pathlib.Path({victim!r}), 0),
            lambda: os.listdir(os.path.dirname({victim!r})),
            lambda: os.scandir({victim!r}),
            lambda: __import__("h5py"),
            lambda: __import__("ctypes"),
            lambda: __import__("_posixshmem"),
            lambda: numpy._core._internal.ctypes.CDLL(None),
            lambda: __import__("_posixsubprocess").fork_exec(),
            lambda: sys.settrace(print),
        )
        import wave, lzma, numpy.testing
        print(len(open(os.__file__).read()) > 0)
    """
    assert walled("announced", program) == "True\n"


@posix
def test_the_system_holds_one_to_limits(victim):
    program = f"""
        limits.impose(limits.Limits(memory=2**27))
        def refused_memory():
            try:
                bytes(2**29)
            except MemoryError:
                return True
        def refused_writing():
            try:
                with open({victim!r}, "ab") as file:
                    file.write(b"x")
            except OSError:
                return True
        import resource
        print(refused_memory(), refused_writing(), len(bytes(2**26)), resource.getrlimit(resource.RLIMIT_NPROC))
    """
    assert walled("limits", program) == "True True 67108864 (0, 0)\n"


@linux
def test_daemons_are_found_and_killed(tmp_path):
    program = f"""
        import pathlib, signal, time
        processes.adopt_orphans()
        if os.fork() == 0:
            for _ in range(3):
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        signal.signal(signal.SIGTERM, signal.SIG_IGN)
                        pathlib.Path({str(tmp_path)!r}, str(os.getpid())).touch()
                        time.sleep(1000)
                    os._exit(0)
            os._exit(0)
        while len(os.listdir({str(tmp_path)!r})) < 3:
            time.sleep(0.01)
        processes.sweep()
        print(*(os.path.exists(f"/proc/{{pid}}") for pid in os.listdir({str(tmp_path)!r})))
        processes.sweep()
    """
    assert walled("processes", program) == "False False False\n"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another")
def test_root_becomes_nobody_where_nobody_can_read():
    program = """
        import pathlib
        print(processes.become_nobody(pathlib.Path("/usr"), pathlib.Path(CLOSED)), os.getuid())
        print(processes.become_nobody(pathlib.Path("/usr")), os.getresuid(), os.getresgid(), os.getgroups())
    """
    closed = "/proc/self/fd"  # root's own
    assert walled("processes", program.replace("CLOSED", repr(closed))) == (
        "False 0\nTrue (65534, 65534, 65534) (65534, 65534, 65534) []\n"
    )


# -- a child that does not keep to what was agreed ---------------------------------------------------------------------


@pytest.fixture
def leash():
    mine, held = os.pipe()
    yield mine
    os.close(held)
    os.close(mine)


def hostile_child(write, then=time.sleep):
    def frames():
        write(3)
        then(1000)
        yield b""

    return frames


@posix
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize(
    ("write", "end", "cause"),
    [
        (lambda pipe: None, "ran out of time", ""),
        (lambda pipe: os.write(pipe, b"\x05"), "ran out of time", ""),
        (lambda pipe: os.write(pipe, b"\x05" + bytes(7)), "ran out of time", ""),
        (lambda pipe: os.write(pipe, b"\xff" * 8), "died", f"an answer of {2**64 - 1} bytes"),
        (
            lambda pipe: [os.write(pipe, (2**40).to_bytes(8, "little")) for _ in range(9)],
            "died",
            f"an answer of {2**40}",
        ),
        (os.close, "died", "closed the pipe"),
        (lambda pipe: os._exit(7), "died", "exit 7"),
        (lambda pipe: os.kill(os.getpid(), 9), "ran out of memory", "SIGKILL"),
        (lambda pipe: os.kill(os.getpid(), 11), "died", "SIGSEGV"),
    ],
)
def test_a_child_that_hands_nothing_over_is_lost(write, end, cause, leash):
    with child.Child(hostile_child(write), leash) as lost:
        process = lost._pid
        with pytest.raises(child.Lost) as caught:
            lost.frame(0.2, 100)
    assert caught.value.end == end
    assert caught.value.cause.startswith(cause)
    with pytest.raises(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


@posix
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_that_dribbles_gets_no_more_time(leash):
    def dribble(pipe):
        os.write(pipe, (10**6).to_bytes(8, "little"))
        while True:
            os.write(pipe, b"x")
            time.sleep(0.001)

    with child.Child(hostile_child(dribble), leash) as slow, pytest.raises(child.Lost):
        slow.frame(0.2, 10**6)


@posix
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_frames_come_whole_and_in_order(leash):
    frames = [b"", b"x" * 10**6, b"\x00" * 7, b""]
    with child.Child(lambda: iter(frames), leash) as good:
        assert [good.frame(5, 10**6) for _ in frames] == frames
        with pytest.raises(child.Lost) as caught:
            good.frame(5, 10**6)
    assert caught.value.cause == "exit 0"


# -- around them -------------------------------------------------------------------------------------------------------


def test_bubblewrap_shows_only_what_is_needed():
    options = bubblewrap.around(["python"], [Path("/srv/program")])
    shown = [options[i + 2] for i, option in enumerate(options) if option == "--ro-bind"]
    assert "/srv/program" in shown
    assert not {"/", "/home", "/etc", "/tmp", "/root", "/proc", "/usr"} & set(shown)  # noqa: S108
    assert options[-2:] == ["--", "python"]
    for wall in ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop"):
        assert wall in options


def test_the_environment_is_kept_back(monkeypatch):
    monkeypatch.setenv("SECRET", "hidden")
    code = "import os\ndef f(): return dict(os.environ)"
    ((outcome,),) = sandbox.run(code, [Task("f", (Case("", {}),))])
    assert set(outcome.value) <= {
        "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "LC_CTYPE", "PWD",
        "SYSTEMROOT",
    }  # fmt: skip


def test_a_sandbox_that_does_not_start_says_so(monkeypatch):
    monkeypatch.setattr(carrier, "_command", lambda *_, **__: [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(RuntimeError, match="did not start, so nothing was run"):
        carrier.carry(b"", 1, walled=False)


def test_a_sandbox_without_walls_says_so(monkeypatch):
    monkeypatch.setattr(sandbox.walls, "carry", lambda *_, **__: carrier.Reply([], late=False))
    sandbox.walls._walls.cache_clear()
    with pytest.raises(RuntimeError, match="none of its walls"):
        sandbox.isolation(bubblewrap=False)


def test_bubblewrap_that_does_not_work_is_done_without(monkeypatch):
    remembered = sandbox.walls._behind_bubblewrap, sandbox.walls._walls
    for found in remembered:
        found.cache_clear()
    monkeypatch.setattr(bubblewrap, "installed", lambda: sys.executable)
    try:
        assert not sandbox.isolation().bubblewrap
    finally:
        for found in remembered:
            found.cache_clear()


def test_a_process_that_is_lost_costs_one_task(monkeypatch):
    code = "import os\ndef f(x): return x"
    tasks = [Task("f", (Case("", {"x": x}), Case("", {"x": x}))) for x in (1, 2, 3)]
    carry, calls = carrier.carry, []

    def lossy(request, seconds, *, walled):
        calls.append(request)
        reply = carry(request, seconds, walled=walled)
        return reply if len(calls) > 1 else carrier.Reply(reply.frames[:3], late=False)

    monkeypatch.setattr(sandbox, "carry", lossy)
    told = sandbox.run(code, tasks)
    ends = [[outcome.end for outcome in outcomes] for outcomes in told]
    assert ends == [["returned"] * 2, ["returned", "died"], ["returned"] * 2]


def test_where_nothing_forks_a_process_runs_one_task(monkeypatch):
    command = carrier._command

    def without_fork(leash, *, walled):
        python, *options, program, trial, numpy, number = command(leash, walled=False)
        begin = "import os, runpy, sys; del os.fork; sys.modules['resource'] = None; "
        begin += f"sys.argv[1:] = {[trial, numpy, number]}; "
        return [python, *options, "-c", begin + f"runpy.run_path({program!r}, run_name='__main__')"]

    monkeypatch.setattr(carrier, "_command", without_fork)
    monkeypatch.delattr(os, "fork")
    code = "import os\ndef f(x): return os._exit(x) if x else 'alive'"
    told = sandbox.run(code, [Task("f", tuple(Case("", {"x": x}) for x in xs)) for xs in ((0, 0), (0, 1, 0), (0,))])
    ends = [[outcome.end for outcome in outcomes] for outcomes in told]
    assert ends == [["returned"] * 2, ["returned", "died", "was not reached"], ["returned"]]


def test_limits_have_room_for_the_course():
    assert Limits().answer > 10**5
    assert Limits().total > Limits().seconds
