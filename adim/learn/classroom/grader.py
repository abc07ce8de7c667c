"""What a class is graded with: who judges, and who puts a judgement into words."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from adim.learn.classroom.judging import Check
from adim.learn.languages import Language
from adim.learn.verdict import Verdict

Tell: TypeAlias = Callable[[Verdict, Language], str]
"""Tells a verdict as a section of Markdown in which nothing of the learner's is obeyed."""

Title: TypeAlias = Callable[[str, Language], str]
"""Takes the key of a finding and a language; returns its short name."""


class Grader(NamedTuple):
    """What judges, and what puts a judgement into words.

    Attributes
    ----------
    check : callable
        Takes a file, names of functions and a seed; returns a verdict for each name. It must be importable, since it
        is called in other processes.
    tell : callable
        Takes a verdict and a language; returns Markdown.
    title : callable
        Takes the key of a finding and a language; returns its short name.
    isolation : callable
        Takes a language; returns in a sentence how submissions are kept apart from the machine.
    """

    check: Check
    tell: Tell
    title: Title
    isolation: Callable[[Language], str]
