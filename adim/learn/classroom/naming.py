"""Names of learners: as they are shown, and as they become names of files that every system takes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

LONGEST = 60  # characters; in UTF-8 at most 240 of the 255 bytes that file systems allow
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # names of devices on Windows


def shown(name: str) -> str:
    r"""Return a name on one line, without what cannot be printed or would turn the line's direction around.

    Examples
    --------
    >>> shown("Ayşe\n\x1b[31m\u202eÇelik")
    'Ayşe [31m Çelik'
    """
    composed = unicodedata.normalize("NFC", name)
    return " ".join("".join(c if c.isprintable() else " " for c in composed).split()) or "?"


def file_names(names: Iterable[str]) -> dict[str, str]:
    """Return for each name one that every file system takes, and that no other shares, in capitals or not.

    What a name becomes depends on the others only where two would be the same.

    Examples
    --------
    >>> file_names(["Ayşe Çelik", "../x"])
    {'Ayşe Çelik': 'Ayşe Çelik', '../x': '_x-d6b96a97'}
    """
    plain = {name: _plain(name) for name in names}
    often = Counter(map(str.casefold, plain.values()))
    return {
        name: made if made == name and often[made.casefold()] == 1 else f"{made}-{digest(name)}"
        for name, made in plain.items()
    }


def digest(name: str) -> str:
    """Return eight letters and digits that stand for a name."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _plain(name: str) -> str:
    kept = re.sub(r"[^\w .()+,@=&-]+", "_", name[:LONGEST])
    kept = re.sub(r"^[.\s=+@_-]+", "_", kept).rstrip(". ")  # no hidden file, no option, no formula
    return f"_{kept}" if not kept or _RESERVED.fullmatch(kept) else kept
