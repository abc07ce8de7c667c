"""The kernels' way to disk and back: what lies there is whole, right and ours, or is compiled again."""

import ctypes
import os
import shutil
import stat
import subprocess
import sys
from functools import partial
from textwrap import dedent

import pytest
from llvmlite import binding as llvm

from adim.engines import settings
from adim.engines.compiled import library
from adim.engines.compiled.language import Function


def _write(module, number, name="answer"):
    """Write a kernel that returns a number."""
    f = Function(module, name, [], gives=True)
    f.finish(f.constant(number))


class Session:
    """A process that has just begun, as far as the library can tell."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.compiled, self._patch = folder, [], monkeypatch
        monkeypatch.setenv("ADIM_CACHE_DIR", str(folder))
        for name, value in {"_addresses": {}, "_spent": 0.0, "_said": False}.items():
            monkeypatch.setattr(library, name, value)
        self.forget()

    def forget(self):
        jit = llvm.create_lljit_compiler(library._target())
        self._patch.setattr(library, "_jit", lambda: jit)
        library._addresses.clear()
        for cached in (library._origin, library._path):
            cached.cache_clear()

    def answer(self, number=42, name="answer"):
        """Return what the kernel gives; it is written to give `number`, if it must be compiled."""
        self.forget()

        def write(module):
            self.compiled.append(name)
            _write(module, number, name)

        return ctypes.CFUNCTYPE(ctypes.c_int64)(library.address(name, write))()

    @property
    def files(self):
        return sorted(self.folder.iterdir())


@pytest.fixture
def session(tmp_path, monkeypatch):
    yield Session(tmp_path / "a" / "cache", monkeypatch)
    monkeypatch.undo()
    for cached in (library._origin, library._path):
        cached.cache_clear()


def test_code_is_compiled_once_and_then_read(session):
    assert [session.answer(), session.answer(43), session.answer(44)] == [42, 42, 42]
    assert session.compiled == ["answer"]
    (path,) = session.files
    assert path.name.startswith("answer-")
    assert library.loaded() == {"answer"}


def test_compiling_again_gives_the_same_bits(session):
    session.answer()
    (path,) = session.files
    first = path.read_bytes()
    path.unlink()
    session.answer()
    assert session.compiled == ["answer"] * 2
    assert path.read_bytes() == first


def test_one_process_loads_each_kernel_once(session):
    write = partial(_write, number=1)
    assert library.address("answer", write) == library.address("answer", write)
    shutil.rmtree(session.folder)
    assert "answer" in library.loaded()
    assert not library.is_kept("answer")


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_folder_is_its_owners_alone(session):
    before = os.umask(0o002)
    try:
        session.answer()
    finally:
        os.umask(before)
    assert stat.S_IMODE(session.folder.stat().st_mode) == 0o700


DAMAGE = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[:-1],
    "cut in the mark": lambda content: content[:7],
    "cut in the digest": lambda content: content[:30],
    "longer": lambda content: content + b"\0",
    "one bit of the code": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "one bit of the digest": lambda content: content[:25] + bytes([content[25] ^ 128]) + content[26:],
    "another program's": lambda content: b"\x7fELF" + content,
    "an older mark": lambda content: content.replace(b"code 2", b"code 1"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_compiled_again_and_replaced(session, damage):
    session.answer(41)
    (path,) = session.files
    whole = path.read_bytes()
    path.write_bytes(DAMAGE[damage](whole))
    assert path.read_bytes() != whole
    assert session.answer(42) == 42
    assert session.compiled == ["answer"] * 2
    assert session.answer(43) == 42
    assert session.files == [path]


def test_a_kernel_in_anothers_place_is_not_loaded(session):
    session.answer(1, "one")
    session.answer(2, "two")
    one, two = session.files
    shutil.copy(one, two)
    assert session.answer(3, "two") == 3


def test_another_source_another_compiler_and_another_processor_have_files_of_their_own(session, monkeypatch):
    session.answer(1)
    monkeypatch.setattr(library.llvmlite, "__version__", "0.0")
    assert session.answer(2) == 2
    monkeypatch.setattr(library.processor, "features", lambda: "")
    assert session.answer(3) == 3
    monkeypatch.setattr(library.processor, "host", lambda: ("z80", {}))
    assert session.answer(4) == 4
    monkeypatch.setattr(library, "__file__", str(session.folder / "library.py"))
    (session.folder / "library.py").write_text("one")
    assert session.answer(5) == 5
    (session.folder / "library.py").write_text("two")
    assert session.answer(6) == 6
    monkeypatch.undo()
    session.__init__(session.folder, monkeypatch)
    assert session.answer(7) == 1
    assert len(session.files) == 7


def test_a_folder_that_cannot_be_made_costs_time_and_nothing_else(session, capsys):
    session.folder.parent.write_text("a file")
    assert [session.answer(1), session.answer(2)] == [1, 2]
    assert session.compiled == ["answer"] * 2
    assert capsys.readouterr() == ("", "")


def test_a_folder_that_is_a_file_or_holds_a_folder_in_a_files_place(session):
    session.folder.parent.mkdir()
    session.folder.write_text("a file")
    assert session.answer(1) == 1
    session.folder.unlink()
    session.answer(2)
    (path,) = session.files
    path.unlink()
    path.mkdir()
    assert session.answer(3) == 3


def test_a_folder_that_vanishes_is_made_again(session):
    session.answer(1)
    shutil.rmtree(session.folder.parent)
    assert session.answer(2) == 2
    assert len(session.files) == 1


def test_without_the_variable_code_is_kept_among_the_users_caches(monkeypatch):
    monkeypatch.setenv("ADIM_CACHE_DIR", "")
    assert library.cache_folder().name == "adim"


def test_long_compiling_says_so_once(session, monkeypatch, capsys):
    monkeypatch.setattr(library, "_LONG", 0.0)
    session.answer(1, "one")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("adim: ")
    assert str(session.folder) in said.err
    session.answer(2, "two")
    session.answer(1, "one")
    assert capsys.readouterr() == ("", "")


def test_who_wants_quiet_is_told_nothing(session, monkeypatch, capsys):
    monkeypatch.setattr(library, "_LONG", 0.0)
    with settings.quietly(), settings.quietly(wanted=False):
        session.answer(1, "one")
    assert capsys.readouterr() == ("", "")
    session.answer(2, "two")  # the next one is told
    assert capsys.readouterr().err


def test_short_compiling_says_nothing(session, monkeypatch, capsys):
    monkeypatch.setattr(library, "_LONG", 60.0)
    session.answer(1, "one")
    session.answer(2, "two")
    assert capsys.readouterr() == ("", "")


def test_processes_that_compile_at_once_do_no_harm(tmp_path):
    code = """
        import numpy as np
        from adim import ops
        x, kernel = np.arange(12.0).reshape(3, 4), np.arange(20.0).reshape(4, 5)
        print((ops.dense(x, kernel, engine="compiled") == x @ kernel).all())
    """
    environment = {
        **os.environ,
        "ADIM_CACHE_DIR": str(tmp_path / "cold"),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    command = [sys.executable, "-c", dedent(code)]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        for _ in range(8)
    ]
    for process in started:
        out, errors = process.communicate(timeout=120)
        assert (process.returncode, out.strip()) == (0, "True"), errors
    left = list((tmp_path / "cold").iterdir())
    assert left
    assert all(path.suffix == ".o" and path.name[0] != "." for path in left)  # whole files, none halfway
