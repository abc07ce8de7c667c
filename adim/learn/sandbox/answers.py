"""Makes what came out of the sandbox fit for use: it may have been made up by a submission, byte for byte.

Nothing can be learnt from answers that are made up, since they are compared here as any others are; but they must not
stop a check, or write to a teacher's terminal what its letters do not say.
"""

from __future__ import annotations

from typing import Any, get_args

from adim.learn.trial import TEXT, End, Other, Outcome, load, plain

_ENDS = frozenset(get_args(End))


def read(frame: bytes) -> Outcome:
    """Return the outcome that bytes stand for; where they stand for none, that of a process that died.

    Examples
    --------
    >>> read(b"all tests passed").end
    'died'
    """
    try:
        outcome = load(frame)
    except (ValueError, MemoryError):
        outcome = None
    match outcome:
        case Outcome(
            str(end), value, str(error), str(message), int() | None as line, tuple(names), int(printed), str(text)
        ) if end in _ENDS:
            modified = tuple(_legible(name) for name in names if isinstance(name, str))
            value = _clean(plain(value))
            return Outcome(end, value, _legible(error), _legible(message), line, modified, printed, _legible(text))
    return Outcome("died", error="no answer")


def _clean(value: Any) -> Any:
    match value:
        case str():
            return _legible(value)
        case Other(kind):
            return Other(_legible(str(kind)))
        case tuple() | list():
            return type(value)(map(_clean, value))
        case dict():
            return {_legible(key): _clean(item) for key, item in value.items()}
        case _:
            return value


def _legible(text: str) -> str:
    """Return a text without what moves a terminal's cursor or cannot be written to a file."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text[:TEXT])
