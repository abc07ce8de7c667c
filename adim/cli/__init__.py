"""The command line: ``adim train``, ``evaluate``, ``predict``, ``summary``, ``info``.

`adim.cli.commands` turns arguments into one call each, and `adim.cli.printing` turns what comes back into text. This
file decides how a command ends:

====  ====================================================================================================
code  meaning
====  ====================================================================================================
0     all is well, a training included that Ctrl-C ended early and that left its best model
2     bad usage or bad input: one line on standard error says what to mend
1     anything else, Ctrl-C with nothing to keep among it; ADIM_DEBUG=1 in the environment shows the traceback
====  ====================================================================================================
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``adim``; those of this process when left out.

    Examples
    --------
    >>> main(["train", "--epochs", "1", "nowhere.npz"])
    2
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # class names are any text, and a terminal may know no more than ASCII
            stream.reconfigure(errors="backslashreplace")
    try:
        from adim.cli.commands import app  # noqa: PLC0415 - takes a while, in which Ctrl-C may come

        _check_environment()
        try:
            app(args=arguments, prog_name="adim")
        finally:
            if sys.stdout is not None:  # closed by who started us
                sys.stdout.flush()
    except SystemExit as end:  # how Typer always ends: it has answered --help and bad usage itself
        return int(end.code or 0) if end.code in (None, 0, 2) else 1  # it has a code of its own for Ctrl-C
    except BrokenPipeError:  # the reader has seen enough, as `head` does; let Python's own last flush find a place
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, people get a line they can act on
        return _failed(error)
    return 0


def _check_environment() -> None:
    """Raise InputError if an environment variable of adim's says what it must not."""
    from adim.engines.settings import check_environment  # noqa: PLC0415 - takes a while

    try:
        check_environment()
        if os.environ.get("ADIM_INSTRUCTIONS"):
            from adim.engines.compiled.processor import instruction_set  # noqa: PLC0415 - loads the compiler

            instruction_set()
    except ValueError as error:
        from adim.runs import InputError  # noqa: PLC0415 - takes a while

        raise InputError(str(error)) from error


def _failed(error: Exception) -> int:
    """Say on one line what went wrong, and return the exit code."""
    from adim.runs import InputError  # noqa: PLC0415 - takes a while

    if os.environ.get("ADIM_DEBUG"):
        import traceback  # noqa: PLC0415 - rarely needed

        traceback.print_exception(error)
    match error:
        case InputError():
            message = f"{error}"
        case OSError(strerror=str(said)):
            message = f"{error.filename}: {said}" if error.filename else said
        case OSError():
            message = f"{error}"
        case MemoryError():
            message = f"not enough memory: {error}"
        case _:
            message = f"{type(error).__name__}: {error}. This is a fault in adim; ADIM_DEBUG=1 shows where it arose"
    print(f"error: {message}", file=sys.stderr)  # noqa: T201 - a command line prints
    return 2 if isinstance(error, InputError) else 1
