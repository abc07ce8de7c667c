"""English and Turkish: each sentence of the course stands in both, side by side, so that neither is forgotten."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

Language: TypeAlias = Literal["en", "tr"]

LANGUAGES: tuple[Language, ...] = ("en", "tr")

_chosen: Language | None = None  # what `use_language` said, for this process


class Text(NamedTuple):
    """One message in both languages; braces stand for what `into` fills in.

    Examples
    --------
    >>> Text(en="{count} of {all} right", tr="{all} sorudan {count} doğru").into("tr", count=3, all=8)
    '8 sorudan 3 doğru'
    """

    en: str
    tr: str

    def into(self, language: Language, /, **values: Any) -> str:
        """Return the message in a language, with its braces filled."""
        return (self.tr if language == "tr" else self.en).format(**values)


def number(value: float, language: Language) -> str:
    """Return a number with at most two decimals, with the language's decimal sign.

    Examples
    --------
    >>> number(12.5, "tr"), number(8.0, "tr")
    ('12,5', '8')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "tr" else text


def use_language(language: str) -> None:
    """Choose the language of all that the course prints from now on in this process.

    Parameters
    ----------
    language : {"en", "tr"}

    Raises
    ------
    ValueError
        If the course does not speak it.

    Examples
    --------
    >>> use_language("en")
    """
    global _chosen  # noqa: PLW0603 - one choice for the process, as a notebook's first cell makes it
    _chosen = language_named(language)


def language_named(language: str) -> Language:
    """Return a language by its name, or say which there are."""
    for known in LANGUAGES:
        if language == known:
            return known
    raise ValueError(f"the language must be one of {', '.join(LANGUAGES)}; got {language!r}")


def preferred(language: str | None = None, environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language to speak: the one asked for, or chosen for the process, or the environment's, or English.

    Parameters
    ----------
    language : {"en", "tr"}, optional
        What was asked for.
    environment : mapping of str to str
        Where ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` are looked up, in this order, as POSIX has it.

    Raises
    ------
    ValueError
        If `language` is not one that the course speaks.

    Examples
    --------
    >>> preferred("tr")
    'tr'
    """
    if language is not None:
        return language_named(language)
    if _chosen is not None:
        return _chosen
    locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "tr" if locale.partition("_")[0].partition(".")[0].lower() == "tr" else "en"
