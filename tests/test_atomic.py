"""A file is replaced whole or stays what it was, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adim.atomic import replacing

posix = pytest.mark.skipif(os.name != "posix", reason="permission bits and links are POSIX's")


def write(path: str | Path, text: str = "new") -> None:
    with replacing(path) as temporary:
        temporary.write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(value: int) -> Iterator[None]:
    before = os.umask(value)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def ordinary_user(*paths: Path) -> Iterator[None]:
    """Drop root's exemption from permission bits; `paths` are what the ordinary user owns."""
    if os.geteuid():
        yield
        return
    for path in paths:
        os.chown(path, 65534, 65534)
        for above in path.parents:  # pytest keeps its folders to their owner
            if above.stat().st_mode & 0o011 != 0o011:
                above.chmod(above.stat().st_mode | 0o011)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_new_file_appears_only_at_the_end_and_leaves_nothing_beside_it(tmp_path: Path):
    target = tmp_path / "model.safetensors"
    with replacing(target) as temporary:
        temporary.write_text("new")
        assert not target.exists()
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".safetensors"
    assert target.read_text() == "new"
    assert names(tmp_path) == ["model.safetensors"]


def test_readers_see_the_old_file_until_the_new_one_is_whole(tmp_path: Path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with replacing(str(target)) as temporary:
        temporary.write_text("ne")
        assert target.read_text() == "old"
        temporary.write_text("new")
    assert target.read_text() == "new"


def test_the_contents_are_on_disk_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    steps = []
    fsync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (steps.append("fsync"), fsync(descriptor)))
    monkeypatch.setattr(Path, "replace", lambda self, to: (steps.append("rename"), rename(self, to)))
    write(tmp_path / "a.txt")
    assert steps == ["fsync", "rename"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit, OSError])
@pytest.mark.parametrize("existed", [True, False])
def test_any_exception_leaves_the_folder_as_it_was(tmp_path: Path, error: type[BaseException], existed: bool):
    target = tmp_path / "a.txt"
    if existed:
        target.write_text("old")

    def write_and_fail() -> None:
        with replacing(target) as temporary:
            temporary.write_text("ne")
            raise error("halfway")

    with pytest.raises(error, match="halfway"):
        write_and_fail()
    assert names(tmp_path) == ["a.txt"][: int(existed)]
    assert not existed or target.read_text() == "old"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_fails_at_the_end_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os if call == "fsync" else Path, call, refuse)
    with pytest.raises(OSError, match="disk full"):
        write(target)
    assert names(tmp_path) == ["a.txt"]
    assert target.read_text() == "old"


def test_two_writers_do_not_meet(tmp_path: Path):
    target = tmp_path / "a.txt"
    with replacing(target) as first, replacing(target) as second:
        assert first != second
        first.write_text("first")
        second.write_text("second")
    assert target.read_text() == "first"  # who ends last has the last word
    assert names(tmp_path) == ["a.txt"]


def test_a_longest_possible_name_can_be_replaced(tmp_path: Path):
    write(tmp_path / ("n" * 251 + ".txt"))
    assert len(names(tmp_path)) == 1


def test_a_bare_name_is_written_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    write("a.txt")
    assert names(tmp_path) == ["a.txt"]


@posix
@pytest.mark.parametrize(("mask", "expected"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_permissions_that_open_gives(tmp_path: Path, mask: int, expected: int):
    with umask(mask):
        write(tmp_path / "ours.txt")
        (tmp_path / "plain.txt").open("w").close()
    assert mode(tmp_path / "ours.txt") == mode(tmp_path / "plain.txt") == expected


@posix
@pytest.mark.parametrize("bits", [0o600, 0o664, 0o755])
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path, bits: int):
    target = tmp_path / "a.txt"
    target.write_text("old")
    target.chmod(bits)
    with umask(0o027):
        write(target)
    assert target.read_text() == "new"
    assert mode(target) == bits


@posix
def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path):
    (tmp_path / "real").mkdir()
    file, link = tmp_path / "real" / "a.txt", tmp_path / "latest.txt"
    file.write_text("old")
    link.symlink_to(file)
    write(link)
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert names(tmp_path / "real") == ["a.txt"]


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"cannot write .*a\.txt: there is no folder .*nowhere; make it"):
        write(tmp_path / "nowhere" / "a.txt")


def test_a_folder_is_no_target(tmp_path: Path):
    with pytest.raises(IsADirectoryError, match="it is a folder; give the name of a file in it"):
        write(tmp_path)
    assert names(tmp_path) == []


def test_a_file_is_no_folder(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="is a file, not a folder"):
        write(tmp_path / "file" / "a.txt")


@posix
def test_a_device_or_pipe_is_never_replaced(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for target in (tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(OSError, match="device or a pipe"):
            write(target)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@posix
def test_a_read_only_folder_says_so(tmp_path: Path):
    folder = tmp_path / "kept"
    folder.mkdir()
    folder.chmod(0o555)
    with (
        ordinary_user(folder),
        pytest.raises(PermissionError, match=r"kept takes no new files \(Permission denied\)"),
    ):
        write(folder / "a.txt")


@posix
def test_a_write_protected_file_is_kept(tmp_path: Path):
    folder = tmp_path / "mine"
    folder.mkdir()
    target = folder / "a.txt"
    target.write_text("old")
    target.chmod(0o444)
    with ordinary_user(folder, target), pytest.raises(PermissionError, match=r"a\.txt: it is write-protected"):
        write(target)
    assert target.read_text() == "old"
    assert names(folder) == ["a.txt"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_a_full_disk_is_told_with_the_name_of_the_file(tmp_path: Path, number: int):
    target = tmp_path / "weights.bin"
    with pytest.raises(OSError, match=os.strerror(number)) as caught, replacing(target):
        raise OSError(number, os.strerror(number))  # as a write does, which knows no name
    assert caught.value.filename == str(target)
    assert list(tmp_path.iterdir()) == []
