"""Everything that a graded class leaves for people and for other programs.

=====================================  ===========================================
``class.html``, ``class.md``           the report on the class, with its pictures
``feedback/LEARNER.html``, ``.md``     a page for each learner
``grades.csv``                         a row for each learner
``gradescope/LEARNER/results.json``    what Gradescope shows
``nbgrader.csv``                       what nbgrader exports
=====================================  ===========================================
"""

from __future__ import annotations

from adim.learn.classroom import report
from adim.learn.classroom.feedback import feedback, headline
from adim.learn.classroom.grader import Title
from adim.learn.classroom.gradescope import results
from adim.learn.classroom.naming import file_names
from adim.learn.classroom.output import keep_only, write
from adim.learn.classroom.pages import page
from adim.learn.classroom.result import ClassResult
from adim.learn.classroom.tables import grades, nbgrader


def publish(result: ClassResult, title: Title, *, assignment: str) -> None:
    """Write all files of a class, each whole or not at all.

    Parameters
    ----------
    result : ClassResult
        The graded class.
    title : callable
        Takes the key of a finding and a language; returns its short name.
    assignment : str
        What nbgrader is to call it.
    """
    folder = result.folder
    names = file_names(graded.learner for graded in result.graded)
    for graded in result.graded:
        name = names[graded.learner]
        text = feedback(graded)
        write(folder / "feedback" / f"{name}.md", text)
        write(folder / "feedback" / f"{name}.html", page(text, headline(graded, graded.language), graded.language))
        if not graded.pending:
            write(folder / "gradescope" / name / "results.json", results(graded))
    keep_only(folder / "feedback", {f"{name}{suffix}" for name in names.values() for suffix in (".md", ".html")})
    keep_only(folder / "gradescope", {names[graded.learner] for graded in result.graded if not graded.pending})
    write(folder / "grades.csv", grades(result, title))
    write(folder / "nbgrader.csv", nbgrader(result, assignment))
    drawn = report.pictures(result, title)
    for name, content in drawn.items():
        write(folder / name, content)
    for suffix in (".md", ".html"):
        pages = {learner: f"feedback/{name}{suffix}" for learner, name in names.items()}
        text = report.report(result, title, pages)
        write(
            folder / f"class{suffix}",
            text if suffix == ".md" else page(text, report.title(result), result.language, drawn),
        )
