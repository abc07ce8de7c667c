"""A learner's page: the points, what each function still lacks, and the hints; in their language.

What hidden cases were drawn from does not stand here.
"""

from __future__ import annotations

from adim.learn.classroom.pages import plain, table
from adim.learn.classroom.result import ABSENT, OF, Graded, is_absent
from adim.learn.languages import Language, Text, number
from adim.learn.verdict import Verdict

_PENDING = Text(en="{learner}: not graded yet", tr="{learner}: henüz değerlendirilmedi")
_POINTS = Text(en="{learner}: {points} of {of} points", tr="{learner}: {of} üzerinden {points} puan")
_FILE = Text(en="What was graded: {files}", tr="Değerlendirilen: {files}")
_HEAD = Text(en="function|points|of|", tr="fonksiyon|puan|en çok|")
_RIGHT = Text(en="right", tr="doğru")
_ABSENT = Text(en="not written yet", tr="henüz yazılmamış")
_WRONG = Text(en="see below", tr="aşağıya bak")
_ALL_RIGHT = Text(en="All eight functions are right.", tr="Sekiz fonksiyonun hepsi doğru.")
_NOTHING = Text(en="Nothing could be graded.", tr="Değerlendirilebilecek bir şey yoktu.")


def headline(graded: Graded, language: Language) -> str:
    """Return the learner and their points, on one line.

    Examples
    --------
    >>> headline(Graded("Ali", (), "en", ()), "tr")
    'Ali: 100 üzerinden 0 puan'
    """
    text = _PENDING if graded.pending else _POINTS
    return text.into(language, learner=graded.learner, points=number(graded.points, language), of=OF)


def feedback(graded: Graded) -> str:
    """Return a learner's page in Markdown.

    Parameters
    ----------
    graded : Graded
        The learner and the verdicts on their work.
    """
    language = graded.language
    parts = [f"# {plain(headline(graded, language))}"]
    if graded.files:
        parts.append(_FILE.into(language, files=", ".join(map(plain, graded.files))))
    parts += [f"> {plain(note.into(language))}" for note in graded.notes]
    if not graded.verdicts:
        return "\n\n".join([*parts, _NOTHING.into(language)]) + "\n"
    rows = [
        [f"`{verdict.exercise}`", number(verdict.points, language), verdict.of, _state(verdict).into(language)]
        for verdict in graded.verdicts
    ]
    parts.append(table(_HEAD.into(language).split("|"), "lrrl", rows))
    for verdict, told in zip(graded.verdicts, graded.told, strict=True):
        keys = {finding.key for finding in verdict.findings}
        if keys - ABSENT or not (keys or verdict.passed):  # the table says already what is not there
            parts.append(told.strip())
    if all(verdict.passed for verdict in graded.verdicts):
        parts.append(_ALL_RIGHT.into(language))
    return "\n\n".join(parts) + "\n"


def _state(verdict: Verdict) -> Text:
    if verdict.passed:
        return _RIGHT
    return _ABSENT if is_absent(verdict) else _WRONG
