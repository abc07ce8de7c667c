"""The lessons: each a text in MyST Markdown, from which the learner's notebook is made, and a solved one for the tests.

In the texts an exercise stands solved. What lies between the marks, nbgrader's own, is what the learner is to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

from adim.learn.exercises import EXERCISES
from adim.learn.languages import Language, Text

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
YOURS = Text(en="# YOUR CODE HERE", tr="# KODUN BURAYA")

_SOLUTION = re.compile(rf"^([ \t]*){BEGIN}\n.*?^[ \t]*{END}[ \t]*$", re.MULTILINE | re.DOTALL)


class Lesson(NamedTuple):
    """A lesson in one language.

    Attributes
    ----------
    number : int
        From 0 to 9.
    name : str
        Its name as a file has it, without suffix: ``"1_zero_padding"``.
    language : {"en", "tr"}
    text : str
        Its source.
    """

    number: int
    name: str
    language: Language
    text: str

    @property
    def title(self) -> str:
        """The heading."""
        return next(line for line in self.text.splitlines() if line.startswith("# ")).removeprefix("# ")

    @property
    def exercises(self) -> tuple[str, ...]:
        """The functions that it asks for."""
        return tuple(exercise.name for exercise in EXERCISES.values() if exercise.lesson == self.number)

    def notebook(self, *, solved: bool = False) -> Any:
        """Return the notebook, an `nbformat.NotebookNode`, with the exercises to be done, or solved."""
        import jupytext  # noqa: PLC0415 - takes a while

        notebook = jupytext.reads(self.text, fmt="md:myst")
        for number, cell in enumerate(notebook.cells):
            cell["id"] = f"{self.number}-{number}"  # the same in every copy, so that two can be compared
            if cell.cell_type == "code":
                cell.source = self._given(cell.source, solved=solved)
        notebook.metadata.pop("jupytext", None)
        notebook.metadata["language_info"] = {"name": "python"}
        return notebook

    def functions(self, *, solved: bool = False) -> Iterator[str]:
        """Return the source of each function that it asks for, to be done or solved."""
        for cell in self.notebook(solved=solved).cells:
            if "exercise" in cell.metadata.get("tags", ()) and any(
                f"def {name}(" in cell.source for name in self.exercises
            ):
                yield cell.source

    def _given(self, source: str, *, solved: bool) -> str:
        """Return a cell's source without the marks, and without what lies between them."""
        if solved:
            return "\n".join(line for line in source.split("\n") if line.strip() not in {BEGIN, END})
        return _SOLUTION.sub(rf"\1{YOURS.into(self.language)}\n\1raise NotImplementedError", source)


def lessons(language: Language) -> tuple[Lesson, ...]:
    """Return the lessons in a language, in their order.

    Examples
    --------
    >>> [lesson.number for lesson in lessons("tr")]
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    found = [_read(file, language) for file in _folder(language).iterdir() if file.name.endswith(".md")]
    return tuple(sorted(found))


def _folder(language: Language) -> Traversable:
    return files("adim.learn") / "lessons" / language


def _read(file: Traversable, language: Language) -> Lesson:
    name = file.name.removesuffix(".md")
    return Lesson(int(name.partition("_")[0]), name, language, file.read_text("utf-8"))
