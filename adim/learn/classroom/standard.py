"""The grader of the course: its check, its words, its sandbox."""

from __future__ import annotations

from adim.learn import sandbox
from adim.learn.checking import check_file
from adim.learn.classroom.grader import Grader
from adim.learn.languages import Language, Text
from adim.learn.mistakes import MISTAKES
from adim.learn.wording import markdown

# What `adim.learn.wording.GENERAL` says of one learner's function, in a few words that fit everybody's.
GENERAL = {
    "missing": Text(en="not defined", tr="tanımlanmamış"),
    "unreadable": Text(en="cannot be read", tr="okunamıyor"),
    "not_python": Text(en="not Python", tr="Python değil"),
    "failed": Text(en="fails before any call", tr="daha çağrılmadan hata veriyor"),
    "unwritten": Text(en="still to be written", tr="henüz yazılmamış"),
    "library": Text(en="leaves the work to a library", tr="işi bir kütüphaneye bırakıyor"),
    "hangs": Text(en="does not come to an end", tr="sonuca varmıyor"),
    "memory": Text(en="takes too much memory", tr="çok fazla bellek istiyor"),
    "died": Text(en="ends the program", tr="programı bitiriyor"),
    "returns_nothing": Text(en="returns nothing", tr="hiçbir şey döndürmüyor"),
    "parts": Text(en="wrong number of results", tr="sonuç sayısı yanlış"),
    "type": Text(en="wrong type", tr="yanlış tür"),
    "shape": Text(en="wrong shape", tr="yanlış boyut"),
    "raises": Text(en="raises an error", tr="hata veriyor"),
    "rounded": Text(en="rounded", tr="yuvarlanmış"),
    "fed": Text(en="right, but fed by a wrong function", tr="doğru, ama yanlış bir fonksiyon kullanıyor"),
    "modifies": Text(en="changes its arguments", tr="kendi argümanlarını değiştiriyor"),
    "prints": Text(en="prints too much", tr="çok fazla şey yazdırıyor"),
    "unknown": Text(en="wrong for no known reason", tr="bilinmeyen bir nedenle yanlış"),
}


def title(key: str, language: Language) -> str:
    """Return the short name of a finding, whoever's it is.

    Examples
    --------
    >>> title("missing", "tr")
    'tanımlanmamış'
    """
    return (GENERAL[key] if key in GENERAL else MISTAKES[key].title).into(language)


def isolation(language: Language) -> str:
    """Return what keeps submissions apart from this machine, and what does not."""
    walls = sandbox.isolation()
    return ". ".join(_capital(text.into(language), language) for text in (*walls.protections, *walls.gaps)) + "."


def _capital(text: str, language: Language) -> str:
    first = "İ" if language == "tr" and text.startswith("i") else text[:1].upper()
    return first + text[1:]


GRADER = Grader(check_file, markdown, title, isolation)
