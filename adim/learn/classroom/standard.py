"""The grader that classes get: the course's own check, its words, and its sandbox."""

from __future__ import annotations

from adim.learn import sandbox
from adim.learn.checking import check_file
from adim.learn.classroom.grader import Grader
from adim.learn.languages import Language
from adim.learn.mistakes import MISTAKES
from adim.learn.wording import GENERAL, markdown


def title(key: str, language: Language) -> str:
    """Return the short name of a finding, without what is particular to one learner.

    Examples
    --------
    >>> title("conv_forward/no_stride", "tr"), title("hangs", "en")
    ('Pencerenin köşeleri adımı unutuyor', 'Does not come to an end')
    """
    if key in MISTAKES:
        return MISTAKES[key].title.into(language)
    return GENERAL[key].called.into(language)


def isolation(language: Language) -> str:
    """Return what keeps submissions apart from this machine, and what does not."""
    walls = sandbox.isolation()
    return ". ".join(_capital(text.into(language), language) for text in (*walls.protections, *walls.gaps)) + "."


def _capital(text: str, language: Language) -> str:
    first = "İ" if language == "tr" and text.startswith("i") else text[:1].upper()
    return first + text[1:]


GRADER = Grader(check_file, markdown, title, isolation)
