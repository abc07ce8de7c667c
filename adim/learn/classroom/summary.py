"""A graded class in a few lines, for a terminal: who has how many points, and where everything is written down."""

from __future__ import annotations

from adim.learn.classroom.result import OF, ClassResult
from adim.learn.languages import Text, number

_NOT_YET = Text(en="not graded yet", tr="henüz değerlendirilmedi")
_COUNT = Text(
    en="{count} submissions, mean {mean} of {of} points, median {median}.",
    tr="{count} ödev, ortalama {of} üzerinden {mean}, ortanca {median} puan.",
)
_REUSED = Text(
    en="{count} of them were graded by an earlier run.",
    tr="Bunların {count} tanesi daha önceki bir çalıştırmada değerlendirilmişti.",
)
_IGNORED = Text(
    en="Left out, since they are no submissions: {files}.", tr="Ödev sayılmayıp dışarıda bırakılan: {files}."
)
_WRITTEN = Text(en="The report on the class: {file}", tr="Sınıf raporu: {file}")


def summary(result: ClassResult) -> str:
    """Return a table of the learners, and the class in short.

    Parameters
    ----------
    result : ClassResult
        The graded class.
    """
    language = result.language
    width = max(len(graded.learner) for graded in result.graded)
    lines = [
        f"{graded.learner:{width}}  {_NOT_YET.into(language) if graded.pending else number(graded.points, language):>5}"
        for graded in result.graded
    ]
    mean, median = number(result.mean, language), number(result.median, language)
    lines += ["", _COUNT.into(language, count=len(result.graded), mean=mean, of=OF, median=median)]
    if result.reused:
        lines.append(_REUSED.into(language, count=result.reused))
    if result.ignored:
        lines.append(_IGNORED.into(language, files=", ".join(result.ignored)))
    return "\n".join([*lines, _WRITTEN.into(language, file=result.folder / "class.html")])
