"""Which walls a submission runs behind on this machine, found by trying, and told in words."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from adim.learn.languages import Text
from adim.learn.sandbox import bubblewrap as bubblewrap_wall
from adim.learn.sandbox.carrier import carry
from adim.learn.sandbox.inside.limits import USUAL
from adim.learn.trial import dump, load

_WALLS = {  # what each keeps a submission from, and what is open where it is missing
    "bubblewrap": (
        Text(
            en="bubblewrap shows a submission no files but those of Python and NumPy, no other process and no network",
            tr="bubblewrap, teslim edilen koda Python ve NumPy dışında dosya, başka süreç ya da ağ göstermiyor",
        ),
        Text(
            en="bubblewrap is not installed or does not work here: files that everybody may read are not hidden",
            tr="bubblewrap burada kurulu değil ya da çalışmıyor: herkesin okuyabildiği dosyalar gizlenmiyor",
        ),
    ),
    "system calls": (
        Text(
            en="the kernel refuses all system calls that start a process, open a connection or change a file",
            tr="çekirdek, süreç başlatan, bağlantı açan ya da dosya değiştiren bütün sistem çağrılarını geri çeviriyor",
        ),
        Text(
            en="this system does not filter system calls: what Python does not announce is not refused",
            tr="bu sistem, sistem çağrılarını süzmüyor: Python'ın haber vermediği işler geri çevrilmiyor",
        ),
    ),
    "limits": (
        Text(
            en="the system limits memory and processor time, and no file can grow",
            tr="sistem belleği ve işlemci süresini sınırlıyor, hiçbir dosya büyüyemiyor",
        ),
        Text(
            en="this system sets a process no limits: only the clock ends one that takes too much",
            tr="bu sistem süreçlere sınır koymuyor: çok kaynak kullanan bir süreci yalnızca saat durduruyor",
        ),
    ),
    "nobody": (
        Text(
            en="a submission runs as a user without rights",
            tr="teslim edilen kod yetkisi olmayan bir kullanıcı olarak çalışıyor",
        ),
        None,
    ),
    "announced": (
        Text(
            en="Python refuses files, connections, processes, threads and all packages but NumPy",
            tr="Python'ın kendisi dosyaları, bağlantıları, süreçleri, iş parçacıklarını ve NumPy dışındaki paketleri "
            "kapatıyor",
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
    'Python refuses files, connections, processes, threads and all packages but NumPy'
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
    if not reply.frames:
        raise RuntimeError("the sandbox's process starts, but none of its walls can be put up on this machine")
    return tuple(load(reply.frames[0]))
