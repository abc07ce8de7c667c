"""Which walls a submission runs behind on this machine, found by trying, and told in words."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from adim.learn.languages import Text
from adim.learn.sandbox import bubblewrap as bubblewrap_wall
from adim.learn.sandbox.carrier import carry
from adim.learn.sandbox.inside.limits import USUAL
from adim.learn.trial import dump, load

_WALLS = {
    "bubblewrap": (
        Text(
            en="bubblewrap shows a submission no files but those of Python and NumPy, no other process and no network",
            tr="bubblewrap çözüme Python ile NumPy'ın dosyalarından başka dosya, başka süreç ve ağ göstermez",
        ),
        Text(
            en="bubblewrap is not installed or does not work here: files that everybody may read are not hidden",
            tr="bubblewrap burada kurulu değil ya da çalışmıyor; herkesin okuyabildiği dosyalar gizlenmiyor",
        ),
    ),
    "system calls": (
        Text(
            en="the kernel refuses it every system call that starts a process, opens a connection or changes a file",
            tr="çekirdek, süreç başlatan, bağlantı açan ya da dosya değiştiren her sistem çağrısını geri çevirir",
        ),
        Text(
            en="this system does not filter system calls: what Python does not announce is not refused",
            tr="bu sistem sistem çağrılarını süzmez: Python'ın haber vermediği işler geri çevrilmez",
        ),
    ),
    "limits": (
        Text(
            en="the system limits its memory and its processor time, and lets it write nothing",
            tr="sistem belleğini ve işlemci süresini sınırlar, dosyaya yazmasına izin vermez",
        ),
        Text(
            en="this system has no limits for a process: only the clock ends one that takes too much",
            tr="bu sistemde süreçler için sınır yok: fazla kaynak kullanan bir süreci yalnızca saat durdurur",
        ),
    ),
    "nobody": (
        Text(
            en="it runs as a user without rights",
            tr="yetkisi olmayan bir kullanıcı olarak çalışır",
        ),
        None,
    ),
    "announced": (
        Text(
            en="Python refuses it files, connections, processes, threads and every package but NumPy",
            tr="Python ona dosya, bağlantı, süreç, iş parçacığı ve NumPy dışındaki paketleri kapatır",
        ),
        None,
    ),
}


class Isolation(NamedTuple):
    """The walls around a submission.

    Attributes
    ----------
    bubblewrap : bool
        Whether bubblewrap is one of them.
    protections : tuple of Text
        What they keep a submission from.
    gaps : tuple of Text
        What they do not.
    """

    bubblewrap: bool
    protections: tuple[Text, ...]
    gaps: tuple[Text, ...]


def isolation(*, bubblewrap: bool = True) -> Isolation:
    """Say which walls a submission runs behind on this machine. They are tried once, then remembered.

    Parameters
    ----------
    bubblewrap : bool
        Whether bubblewrap is to be used where it works.

    Raises
    ------
    RuntimeError
        If the sandbox does not work on this machine.

    Examples
    --------
    >>> isolation().protections[-1].into("en")
    'Python refuses it files, connections, processes, threads and every package but NumPy'
    """
    walls = (bubblewrap and _behind_bubblewrap()) or _walls(walled=False)
    return Isolation(
        "bubblewrap" in walls,
        tuple(holds for wall, (holds, _) in _WALLS.items() if wall in walls),
        tuple(gap for wall, (_, gap) in _WALLS.items() if wall not in walls and gap is not None),
    )


@cache
def _behind_bubblewrap() -> tuple[str, ...]:
    """Return the walls that hold with bubblewrap; none where it does not work."""
    if not bubblewrap_wall.installed():
        return ()
    try:
        return ("bubblewrap", *_walls(walled=True))
    except RuntimeError:
        return ()


@cache
def _walls(*, walled: bool) -> tuple[str, ...]:
    """Try the sandbox without a submission, and return the walls that it reports."""
    reply = carry(dump(("", tuple(USUAL), ())), USUAL.loading, walled=walled)
    return tuple(load(reply.frames[0])) if reply.frames else ()
