"""The line between what a user gave and what we did: errors before it are theirs to mend, errors behind it are ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class InputError(ValueError):
    """What was given cannot be used. The message says what was expected, what came and what to do."""


@contextmanager
def door() -> Iterator[None]:
    """Turn what the checks of the rooms below raise into `InputError`.

    Only the lines that let something in stand inside, so that a ValueError of a fault in our own code is not passed off
    as the user's.

    Examples
    --------
    >>> with door():
    ...     int("seven")
    Traceback (most recent call last):
    adim.runs.door.InputError: invalid literal for int() with base 10: 'seven'
    """
    try:
        yield
    except OSError as error:
        # The system's own errors say "[Errno 13] Permission denied: 'runs'", ours have nothing but a message.
        said = error.strerror or str(error)
        raise InputError(f"{error.filename}: {said}" if error.filename else said) from error
    except (ValueError, TypeError) as error:
        raise InputError(str(error)) from error
