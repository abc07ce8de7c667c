"""What is graded stays graded: each submission's verdicts are written down as soon as they are there.

A run that was killed, at whatever moment, goes on where it was. What makes a record the right one is its name: it is
made of everything that the verdicts depend on, the submission's bytes, the seed, and the version of this package.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from adim import __version__
from adim.atomic import replacing
from adim.learn.classroom.judging import Judgement
from adim.learn.verdict import Verdict

FORMAT = 1  # of the records; another one makes all of them void


def key(seed: int, files: Iterable[tuple[str, bytes]]) -> str:
    """Return the name of a record.

    Parameters
    ----------
    seed : int
        What hidden cases are drawn from.
    files : iterable of (str, bytes)
        The suffix and the content of each file.
    """
    made = hashlib.sha256(json.dumps([FORMAT, __version__, seed]).encode())
    for suffix, content in files:
        made.update(json.dumps([suffix, len(content)]).encode())
        made.update(content)
    return made.hexdigest()


class Ledger:
    """The records of a folder.

    Parameters
    ----------
    folder : Path
        Where they are; made when the first is written.

    Attributes
    ----------
    earlier : set of str
        The names of the records that an earlier run has left.

    Examples
    --------
    >>> import tempfile
    >>> ledger = Ledger(Path(tempfile.mkdtemp(), "records"))
    >>> ledger.write("key", Judgement((), {}, (0,), ()))
    >>> ledger.read("key").broken
    (0,)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.earlier = {path.stem for path in folder.glob("*.json")}

    def read(self, name: str) -> Judgement | None:
        """Return the judgement that was written under a name; None if there is none, or it cannot be used."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            record = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
            verdicts = tuple(map(Verdict.from_json, record["verdicts"]))
            return Judgement(verdicts, dict(record["taken"]), tuple(record["broken"]), tuple(record["code"]))
        return None

    def write(self, name: str, judgement: Judgement) -> None:
        """Write a judgement down, whole or not at all."""
        self.folder.mkdir(exist_ok=True)
        record = judgement._asdict() | {"verdicts": [verdict.as_json() for verdict in judgement.verdicts]}
        with replacing(self.folder / f"{name}.json") as temporary:
            temporary.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
