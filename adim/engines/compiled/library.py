"""Kernels on their way from Python to machine code: written as LLVM IR, compiled once, kept on disk, loaded.

A kernel is known by its name, which spells out all that it was made for (``tile_f32_14x2x16``). Its machine code lies
in the cache folder under a digest of that name, the processor, the compiler and this package's own source, behind a
digest of all this and of itself. So nothing stale, damaged or misplaced is ever loaded; what cannot be read is compiled
again, and what cannot be written is compiled again next time. Files appear whole or not at all, so processes that
compile at once do no harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
from llvmlite import binding as llvm

from adim.engines import settings
from adim.engines.compiled import processor

_LONG = 1.0  # seconds of compiling after which somebody may wonder what is going on
_MARK = b"adim machine code 2\n"

_addresses: dict[str, int] = {}
_spent = 0.0
_said = False


def cache_folder() -> Path:
    """Return where machine code is kept: ``ADIM_CACHE_DIR``, or adim's folder among the user's caches."""
    if chosen := os.environ.get("ADIM_CACHE_DIR"):
        return Path(chosen).expanduser()
    import platformdirs  # noqa: PLC0415 - rarely needed

    return Path(platformdirs.user_cache_dir("adim", appauthor=False))


def address(name: str, write: Callable[[Any], None]) -> int:
    """Return the address of a kernel's code.

    Parameters
    ----------
    name : str
        The kernel's name, which is that of a function.
    write : callable
        Writes this function into an ``llvmlite.ir.Module``; called only if no code is at hand.
    """
    try:
        return _addresses[name]
    except KeyError:
        with processor.LLVM:
            if name not in _addresses:
                _addresses[name] = _load(name, _cached(name) or _compile_and_keep(name, write))
            return _addresses[name]


def loaded() -> frozenset[str]:
    """Return the names of the kernels whose code is in memory."""
    return frozenset(_addresses)


def is_kept(name: str) -> bool:
    """Return whether a kernel's code lies in the cache folder."""
    return _path(name).exists()


# -- machine code on disk


@cache
def _origin() -> bytes:
    """Return what decides about the code besides a kernel's name."""
    source = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        source.update(path.read_bytes())
    parts = (llvmlite.__version__, processor.host()[0], processor.features(), source.hexdigest())
    return "\n".join(parts).encode()


@cache
def _path(name: str) -> Path:
    digest = hashlib.sha256(_origin() + name.encode()).hexdigest()[:32]
    return cache_folder() / f"{name}-{digest}.o"


def _cached(name: str) -> bytes | None:
    try:
        content = _path(name).read_bytes()
    except OSError:
        return None
    code = content[len(_MARK) + 32 :]
    return code if content == _sealed(name, code) else None


def _sealed(name: str, code: bytes) -> bytes:
    return _MARK + hashlib.sha256(_origin() + name.encode() + code).digest() + code


def _keep(name: str, code: bytes) -> None:
    from adim.atomic import replacing  # noqa: PLC0415 - only when something was compiled

    path = _path(name)
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_bytes(_sealed(name, code))


# -- LLVM


def _compile_and_keep(name: str, write: Callable[[Any], None]) -> bytes:
    global _spent, _said  # noqa: PLW0603 - how long this process has compiled, and whether it said so
    from llvmlite import ir  # noqa: PLC0415 - only when something is compiled

    started = time.perf_counter()
    module = ir.Module(name)
    module.triple = _target().triple
    write(module)
    code = compile_module(str(module))
    _keep(name, code)
    _spent += time.perf_counter() - started
    if _spent > _LONG and not _said and not settings.is_quiet():
        _said = True
        sys.stderr.write(
            f"adim: compiling for this processor; the code is kept in {cache_folder()} (`adim warmup` does it ahead)\n"
            if is_kept(name)
            else f"adim: compiling for this processor, which cannot be kept in {cache_folder()}: ADIM_CACHE_DIR may "
            f"name another folder\n"
        )
    return code


def compile_module(text: str) -> bytes:
    """Return the machine code of a module of LLVM IR."""
    return bytes(_target().emit_object(optimised(text, _target())))


def optimised(text: str, target: Any) -> Any:
    """Return a module of LLVM IR as LLVM has it, optimised for a target machine."""
    module = llvm.parse_assembly(text)
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False  # kernels do it themselves
    builder = llvm.create_pass_builder(target, options)
    builder.getModulePassManager().run(module, builder)
    return module


@cache
def _target() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=processor.host()[0], features=processor.features(), opt=2, jit=True, reloc="default"
    )


@cache
def _jit() -> Any:
    return llvm.create_lljit_compiler(_target())


def _load(name: str, code: bytes) -> int:
    built = llvm.JITLibraryBuilder().add_object_img(code).add_current_process().export_symbol(name)
    library = built.link(_jit(), name)
    _libraries.append(library)
    return int(library[name])


_libraries: list[Any] = []  # code lives as long as these do
