"""What the kernel is asked to refuse: every system call that computing with NumPy does not need.

Linux lets a process give up system calls for good, for itself and all that it starts (seccomp). Those left read files,
take memory and tell the time. There is no call that makes a socket, starts a process or a thread, sends a signal, or
changes a file or a folder; the three that could do one of these beside their honest work are looked at more closely.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from typing import NamedTuple


class _Machine(NamedTuple):
    """A processor's row: what the kernel calls it, and where its numbers stand in `_CALLS`."""

    arch: int
    column: int


_MACHINES = {"x86_64": _Machine(0xC000003E, 0), "aarch64": _Machine(0xC00000B7, 1)}

_CALLS = {  # name: (number on x86-64, number on Arm); None where it is not known
    "read": (0, 63),
    "readv": (19, 65),
    "pread64": (17, 67),
    "write": (1, 64),
    "writev": (20, 66),
    "close": (3, 57),
    "lseek": (8, 62),
    "dup": (32, 23),
    "stat": (4, None),
    "lstat": (6, None),
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getdents64": (217, 61),
    "getcwd": (79, 17),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "mincore": (27, 232),
    "brk": (12, 214),
    "membarrier": (324, 283),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "uname": (63, 160),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getrandom": (318, 278),
    "exit": (60, 93),
    "exit_group": (231, 94),
}

_OPENAT = (257, 56)
_IOCTL = (16, 29)
_FCNTL = (72, 25)
_CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000  # the last opens a file without a name
_IOCTLS = (0x5401, 0x5450, 0x5451)  # whether it is a terminal; whether it stays open in another program
_FCNTLS = (0, 1, 2, 3, 1030)  # copy a descriptor, and read its flags; others make the kernel send signals

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # of prctl
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000  # verdicts
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # instructions
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # where the kernel lays what is asked


def give_up_system_calls() -> bool:
    """Give up all system calls but those of computing, for good; say whether the kernel does that here."""
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > 2**32 else None
    if machine is None:
        return False
    program = b"".join(struct.pack("<HBBI", *instruction) for instruction in _program(machine))
    buffer = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    given_up = prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and prctl(_SECCOMP, _FILTER, header, 0, 0) == 0
    return bool(given_up)


def _program(machine: _Machine) -> list[tuple[int, int, int, int]]:
    """Return the instructions (code, jump if true, jump if false, operand) that the kernel runs at every call.

    A jump is a number of instructions to leave out. What is not known fails as if the kernel were too old to know it,
    so that the C library takes another way.
    """
    program = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, machine.arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for numbers in _CALLS.values():
        number = numbers[machine.column]
        if number is not None:
            program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    program += [
        (_EQUAL, 0, 4, _OPENAT[machine.column]),
        (_LOAD, 0, 0, _ARGUMENTS + 2 * 8),
        (_ANY_BIT, 0, 1, _CHANGING),
        (_RETURN, 0, 0, _FAIL | errno.EACCES),
        (_RETURN, 0, 0, _ALLOW),
    ]
    for numbers, orders in ((_IOCTL, _IOCTLS), (_FCNTL, _FCNTLS)):
        program += [(_EQUAL, 0, 2 + 2 * len(orders), numbers[machine.column]), (_LOAD, 0, 0, _ARGUMENTS + 8)]
        for order in orders:
            program += [(_EQUAL, 0, 1, order), (_RETURN, 0, 0, _ALLOW)]
        program += [(_RETURN, 0, 0, _FAIL | errno.EPERM)]
    return [*program, (_RETURN, 0, 0, _FAIL | errno.ENOSYS)]
