"""What Python is asked to refuse: it announces what it is about to do, and a hook may raise.

The kernel's walls are harder, but not every system has them, and what stands here says in plain words what a submission
may not do. What is not known to be harmless is refused.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_HARMLESS = frozenset({
    "array.__new__", "builtins.breakpoint", "builtins.id", "builtins.input", "builtins.input/result", "compile", "exec",
    "function.__new__", "gc.get_objects", "gc.get_referents", "gc.get_referrers", "glob.glob", "glob.glob/2",
    "marshal.dumps", "marshal.load", "marshal.loads", "object.__getattr__", "os.fwalk", "os.putenv", "os.unsetenv",
    "os.walk", "pathlib.Path.glob", "pathlib.Path.rglob", "pickle.find_class", "setopencodehook", "sys._current_frames",
    "sys._getframe", "sys._getframemodulename", "sys.excepthook", "sys.unraisablehook", "time.sleep",
})  # fmt: skip

_NO_MODULES = frozenset({  # of Python's own: they start processes, reach into memory or make files unannounced
    "_ctypes", "_dbm", "_gdbm", "_interpreters", "_multiprocessing", "_posixshmem", "_xxsubinterpreters", "ctypes",
    "dbm",
})  # fmt: skip

_UNANNOUNCED = {  # single functions, of modules that others need
    os.name: (
        "memfd_create", "mkfifo", "mknod", "pidfd_open", "sched_setaffinity", "sched_setparam", "sched_setscheduler",
        "setpriority",
    ),
    "_posixsubprocess": ("fork_exec",),
    "_thread": ("start_joinable_thread", "start_new", "start_new_thread"),
    "threading": ("_start_joinable_thread", "_start_new_thread"),
}  # fmt: skip


def refuse_what_is_announced(numpy: Path) -> None:
    """Refuse from now on, for good, all that Python announces and computing with NumPy does not need.

    Parameters
    ----------
    numpy : Path
        NumPy's folder.
    """
    for module, names in _UNANNOUNCED.items():
        with contextlib.suppress(ImportError):
            for holder in (importlib.import_module(module), os):
                for name in names:
                    if hasattr(holder, name):
                        setattr(holder, name, _refuse)
    for name in _NO_MODULES & sys.modules.keys():
        del sys.modules[name]
    library = f"{Path(os.__file__).parent}{os.sep}"
    packages = (f"{numpy}{os.sep}", f"{numpy}.libs{os.sep}")
    built = {file.stem for file in Path(os.__file__).parent.glob("_sysconfigdata*.py")}  # its name tells the machine
    modules = frozenset(sys.stdlib_module_names | built | {"numpy"}) - _NO_MODULES
    sys.addaudithook(_hook(library, packages, modules))


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError("a submission computes; it may not do this")


def _hook(library: str, packages: tuple[str, ...], modules: frozenset[str]) -> Callable[[str, Sequence[Any]], None]:
    """Return the hook.

    A submission can find it, and could change what its names stand for; so it takes all that it needs from the defaults
    of its parameters, a tuple that cannot be changed, and lets nobody put another in its place.
    """

    def hook(
        event: str,
        args: Sequence[Any],
        library: str = library,
        packages: tuple[str, ...] = packages,
        modules: frozenset[str] = modules,
        harmless: frozenset[str] = _HARMLESS,
        writing: int = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND,
        separator: str = os.sep,
        kind: Any = type,
        text: Any = str,
        number: Any = int,
    ) -> None:
        if event in harmless:
            return
        if event in {"open", "os.listdir", "os.scandir"}:
            path = args[0]
            reading = event != "open" or (kind(args[2]) is number and not args[2] & writing)
            if reading and kind(path) is text and ".." not in path:
                place = path if event == "open" else path + separator
                if place.startswith(packages) or (place.startswith(library) and "-packages" not in place):
                    return
            raise PermissionError(f"a submission computes; it may not use files ({event} {path!r})")
        if event == "import":
            name, file = args[:2]
            inside = file is None or (kind(file) is text and ".." not in file and file.startswith((library, *packages)))
            if inside and kind(name) is text and name.partition(".")[0] in modules:
                return
            raise ImportError(f"{name} is not at hand: the exercise is to be computed with NumPy")
        if event in {"object.__setattr__", "object.__delattr__"}:
            name = args[1]
            own = name == "__defaults__" and args[0].__defaults__ and args[0].__defaults__[0] is library
            if not own and name != "__code__":
                return
        raise PermissionError(f"a submission computes; it may not do this ({event})")

    return hook
