"""The teacher's page: how the class did, which mistakes are common, who resembles whom, and how it was graded."""

from __future__ import annotations

import io
import platform
from collections import Counter
from collections.abc import Mapping
from urllib.parse import quote

import numpy as np

from adim import __version__
from adim.learn.classroom.grader import Title
from adim.learn.classroom.pages import plain, table
from adim.learn.classroom.result import OF, ClassResult, is_absent
from adim.learn.exercises import EXERCISES
from adim.learn.languages import Language, Text, number

POINTS, MISTAKES = "points.png", "mistakes.png"
MOST_MISTAKES = 20  # in the picture; the table has all
MOST_ALIKE = 50

_BINS = 10

_TITLE = Text(en="The class: {count} submissions", tr="Sınıf: {count} ödev")
_SUMMARY = Text(
    en="Mean {mean} of {of} points, median {median}; {full} with all of them, {none} with none.",
    tr="Ortalama {of} üzerinden {mean}, ortanca {median} puan; tam puan alan {full}, hiç puan alamayan {none}.",
)
_POINTS = Text(en="Points", tr="Puanlar")
_POINTS_TITLE = Text(en="Learners by their points", tr="Puanlarına göre öğrenciler")
_FUNCTIONS = Text(en="Functions", tr="Fonksiyonlar")
_FUNCTIONS_HEAD = Text(
    en="function|lesson|right|share|not written|mean points|of",
    tr="fonksiyon|ders|doğru|oran|yazılmamış|ortalama puan|en çok",
)
_MISTAKES = Text(en="Common mistakes", tr="Sık yapılan yanlışlar")
_MISTAKES_TITLE = Text(en="Learners who made each mistake", tr="Her yanlışı yapan öğrenci sayısı")
_MISTAKES_HEAD = Text(en="mistake|function|learners", tr="yanlış|fonksiyon|öğrenci")
_NO_MISTAKES = Text(en="No mistake was found.", tr="Hiç yanlış bulunmadı.")
_ALIKE = Text(en="Submissions that resemble each other", tr="Birbirine benzeyen ödevler")
_ALIKE_HINT = Text(
    en="A hint, and no proof: short functions leave little choice, and learners may share a source that everybody is "
    "allowed to read. Names, comments and texts are not compared, and neither is what most of the class shares.",
    tr="Bu bir ipucudur, kanıt değil: Kısa fonksiyonlar pek seçenek bırakmaz; öğrenciler herkesin okuyabileceği aynı "
    "kaynaktan yararlanmış da olabilir. Adlar, açıklamalar, metinler ve sınıfın çoğunda ortak olan bölümler "
    "karşılaştırılmaz.",
)
_ALIKE_HEAD = Text(en="learners|alike|in", tr="öğrenciler|benzerlik|nerede")
_MORE_ALIKE = Text(en="{count} more groups are not listed.", tr="{count} grup daha var; listede yer almıyor.")
_NOTES = Text(en="Notes", tr="Notlar")
_IGNORED = Text(
    en="These files in the folder are no submissions and were left out: {files}.",
    tr="Klasördeki şu dosyalar ödev sayılmadı ve dışarıda bırakıldı: {files}.",
)
_LEARNERS = Text(en="Learners", tr="Öğrenciler")
_LEARNERS_HEAD = Text(en="learner|points", tr="öğrenci|puan")
_MADE = Text(en="How it was graded", tr="Nasıl değerlendirildi")
_SEEN = Text(
    en="0: these are the calls that learners see as well; another seed (--seed) draws hidden ones",
    tr="0: Bu çağrıları öğrenciler de görüyor; başka bir tohum (--seed) gizli çağrılar çeker",
)
_MADE_ROWS = Text(en="seed|isolation|versions", tr="tohum|yalıtım|sürümler")


def report(result: ClassResult, short: Title, pages: Mapping[str, str]) -> str:
    """Return the class report in Markdown.

    Parameters
    ----------
    result : ClassResult
        The graded class.
    short : callable
        Takes the key of a finding and a language; returns its short name.
    pages : mapping of str to str
        Where each learner's page lies, seen from the report.
    """
    sections = [
        _summary(result),
        _functions(result),
        _mistakes(result, short),
        _alike(result),
        _notes(result),
        _learners(result, pages),
        _made(result),
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def title(result: ClassResult) -> str:
    """Return the report's title."""
    return _TITLE.into(result.language, count=len(result.graded))


def pictures(result: ClassResult, short: Title) -> dict[str, bytes]:
    """Return the report's pictures as PNG files, by name."""
    from adim.plots import bars  # noqa: PLC0415 - heavy, only when needed

    language = result.language
    common = list(common_mistakes(result).items())[:MOST_MISTAKES]
    named = {f"{short(key, language)} ({function})": count for (function, key), count in common}
    drawn = {
        POINTS: bars(distribution(result), title=_POINTS_TITLE.into(language)),
        MISTAKES: bars(named, title=_MISTAKES_TITLE.into(language), empty=_NO_MISTAKES.into(language)),
    }
    files = {}
    for name, figure in drawn.items():
        file = io.BytesIO()
        figure.savefig(file, format="png", metadata={"Software": None})  # the same picture whatever drew it
        files[name] = file.getvalue()
    return files


def distribution(result: ClassResult) -> dict[str, int]:
    """Return how many learners have 0 to 9 points, 10 to 19, and so on, and how many have all."""
    width = OF // _BINS
    counts = Counter(min(int(graded.points // width), _BINS) for graded in result.graded if not graded.pending)
    names = [*(f"{width * n}–{width * (n + 1) - 1}" for n in range(_BINS)), str(OF)]
    return {name: counts[n] for n, name in reversed(list(enumerate(names)))}


def common_mistakes(result: ClassResult) -> dict[tuple[str, str], int]:
    """Return how many learners made each mistake, by function and key, the most common first."""
    counts = Counter(
        (verdict.exercise, key)
        for graded in result.graded
        for verdict in graded.verdicts
        if not verdict.passed and not is_absent(verdict)
        for key in {finding.key for finding in verdict.findings}
    )
    order = list(EXERCISES)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], order.index(item[0][0]), item[0][1])))


def _summary(result: ClassResult) -> str:
    language = result.language
    points = [graded.points for graded in result.graded if not graded.pending]
    summary = _SUMMARY.into(
        language,
        mean=number(result.mean, language),
        of=OF,
        median=number(result.median, language),
        full=sum(some >= OF for some in points),
        none=sum(some == 0 for some in points),
    )
    heading = _POINTS.into(language)
    return f"# {title(result)}\n\n{summary}\n\n![{heading}]({POINTS})"


def _functions(result: ClassResult) -> str:
    language, rows = result.language, []
    for name, exercise in EXERCISES.items():
        verdicts = [graded.of(name) for graded in result.graded if not graded.pending]
        right = sum(verdict.passed for verdict in verdicts)
        count = max(len(verdicts), 1)
        mean = sum(verdict.points for verdict in verdicts) / count
        rows.append(
            [
                f"`{name}`",
                exercise.lesson,
                right,
                percent(right / count, language),
                sum(map(is_absent, verdicts)),
                number(mean, language),
                exercise.points,
            ]
        )
    return f"## {_FUNCTIONS.into(language)}\n\n{table(_FUNCTIONS_HEAD.into(language).split('|'), 'lrrrrrr', rows)}"


def _mistakes(result: ClassResult, short: Title) -> str:
    language = result.language
    heading = f"## {_MISTAKES.into(language)}"
    common = common_mistakes(result)
    if not common:
        return f"{heading}\n\n{_NO_MISTAKES.into(language)}"
    rows = [[plain(short(key, language)), f"`{function}`", count] for (function, key), count in common.items()]
    picture = f"![{_MISTAKES.into(language)}]({MISTAKES})"
    return f"{heading}\n\n{picture}\n\n{table(_MISTAKES_HEAD.into(language).split('|'), 'llr', rows)}"


def _alike(result: ClassResult) -> str:
    if not result.alike:
        return ""
    language = result.language
    rows = [
        [
            ", ".join(map(plain, group.learners)),
            "–".join(dict.fromkeys(percent(degree, language) for degree in (group.least, group.most))),
            ", ".join(f"`{name}`" for name in group.functions),
        ]
        for group in result.alike[:MOST_ALIKE]
    ]
    parts = [
        f"## {_ALIKE.into(language)}",
        _ALIKE_HINT.into(language),
        table(_ALIKE_HEAD.into(language).split("|"), "lll", rows),
    ]
    if len(result.alike) > MOST_ALIKE:
        parts.append(_MORE_ALIKE.into(language, count=len(result.alike) - MOST_ALIKE))
    return "\n\n".join(parts)


def _notes(result: ClassResult) -> str:
    language = result.language
    lines = [
        f"- {plain(graded.learner)}: {plain(' '.join(note.into(language) for note in graded.notes))}"
        for graded in result.graded
        if graded.notes
    ]
    parts = ["\n".join(lines)] if lines else []
    if result.ignored:
        parts.append(_IGNORED.into(language, files=", ".join(map(plain, result.ignored))))
    return "\n\n".join([f"## {_NOTES.into(language)}", *parts]) if parts else ""


def _learners(result: ClassResult, pages: Mapping[str, str]) -> str:
    language = result.language
    rows = [
        [
            f"[{plain(graded.learner)}]({quote(pages[graded.learner])})",
            *(
                "" if graded.pending else number(points, language)
                for points in (graded.points, *(graded.of(name).points for name in EXERCISES))
            ),
        ]
        for graded in result.graded
    ]
    head = [*_LEARNERS_HEAD.into(language).split("|"), *(f"`{name}`" for name in EXERCISES)]
    return f"## {_LEARNERS.into(language)}\n\n{table(head, 'l' + 'r' * (len(EXERCISES) + 1), rows)}"


def _made(result: ClassResult) -> str:
    language = result.language
    versions = f"adim {__version__}, Python {platform.python_version()}, NumPy {np.__version__}"
    values = [result.seed or _SEEN.into(language), plain(result.isolation), versions]
    rows = zip(_MADE_ROWS.into(language).split("|"), values, strict=True)
    return f"## {_MADE.into(language)}\n\n{table(['', ''], 'll', rows)}"


def percent(share: float, language: Language) -> str:
    """Return a share as a percentage; 100% is only what is whole.

    Examples
    --------
    >>> percent(0.999, "en"), percent(0.5, "tr")
    ('99%', '%50')
    """
    whole = 100 if share == 1 else min(round(share * 100), 99)
    return f"%{whole}" if language == "tr" else f"{whole}%"
