"""``adim course``: begin the course, see how far one has come, check a file, grade a class."""

# ruff: noqa: D301 - a backspace is Typer's mark for lines that are to stay as they are
from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(name="course", no_args_is_help=True, rich_markup_mode=None)


class Spoken(StrEnum):
    """The languages of the course."""

    en = "en"
    tr = "tr"


def _speak(lang: Spoken | None) -> Spoken | None:
    """Say everything in the language that was asked for, errors too."""
    if lang is not None:
        from adim.learn.languages import use_language  # noqa: PLC0415 - only when needed

        use_language(lang)
    return lang


Lang = Annotated[
    Spoken | None,
    typer.Option(
        "--lang",
        help="The language of what is written and said.",
        show_default="the file's, the environment's",
        callback=_speak,
    ),
]


@app.callback()
def course() -> None:
    """Learn convolutional networks step by step, in English or in Turkish; grade a class.

    Evrişimli ağları adım adım öğren, İngilizce ya da Türkçe (--lang tr); bir sınıfı notlandır.
    """


@app.command()
def start(
    folder: Annotated[Path, typer.Argument(help="Where to work.")] = Path("course"),
    lang: Lang = None,
    opened: Annotated[bool, typer.Option("--open", help="Open the folder in JupyterLab.")] = False,
) -> None:
    """Write the lessons as notebooks, and the exercises as a Python file.

    What is in the folder already stays as it is: starting again loses no work.

    \b
    Examples:
      adim course start
      adim course start kurs --lang tr --open
    """
    from adim import runs  # noqa: PLC0415 - only when needed
    from adim.learn.workbook import telling  # noqa: PLC0415 - as above

    done = runs.start_course(folder, lang=lang)
    typer.echo(telling.started(done))
    if opened:
        runs.open_notebook(folder)


@app.command()
def status(
    folder: Annotated[Path, typer.Argument(help="Where the course was begun.")] = Path("course"), lang: Lang = None
) -> None:
    """Show which exercises are right, and what is next.

    \b
    Example:
      adim course status
    """
    from adim import runs  # noqa: PLC0415 - only when needed
    from adim.learn.workbook import telling  # noqa: PLC0415 - as above

    typer.echo(telling.progress(runs.course_status(folder, lang=lang)))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A .py or .ipynb file.", show_default=False)],
    functions: Annotated[
        list[str] | None, typer.Argument(metavar="[FUNCTION]...", help="What to check.", show_default="what is defined")
    ] = None,
    lang: Lang = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Another seed draws other calls.")] = 0,
) -> None:
    """Say what is right and what is wrong in a file, and where to look.

    \b
    Examples:
      adim course check course/exercises.py
      adim course check course/3_forward_pass.ipynb conv_forward
    """
    from adim import runs  # noqa: PLC0415 - only when needed
    from adim.learn import wording  # noqa: PLC0415 - as above

    verdicts, language = runs.check_submission(file, functions or (), lang=lang, seed=seed)
    typer.echo(wording.tell_all(verdicts, language))
    if not all(verdict.passed for verdict in verdicts):
        raise typer.Exit(1)


@app.command()
def grade(
    folder: Annotated[Path, typer.Argument(help="The submissions: files, or a folder a learner.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="Where to leave the results.", show_default="FOLDER-grades"
        ),
    ] = None,
    lang: Lang = None,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="What the hidden calls are drawn from; keep it to yourself.")
    ] = 0,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many at a time.", show_default="one a processor")
    ] = None,
) -> None:
    """Grade a folder of submissions, each in a sandbox.

    Leaves a table, a page for each learner, a report on the class, and files for Gradescope and nbgrader. A run that
    was interrupted goes on where it was.

    \b
    Examples:
      adim course grade submitted/ -o results --seed 4711
      adim course grade teslimler/ --lang tr
    """
    from adim import runs  # noqa: PLC0415 - only when needed
    from adim.learn.classroom import summary  # noqa: PLC0415 - as above

    typer.echo(summary(runs.grade_class(folder, output, lang=lang, seed=seed, jobs=jobs, progress=sys.stderr)))
