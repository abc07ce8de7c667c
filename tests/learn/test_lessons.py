"""Every lesson, in both languages, run from its student's version with the solutions put in."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import nbformat
import pytest

from adim.learn.languages import LANGUAGES
from adim.learn.workbook import lessons

LESSONS = {f"{lesson.language}-{lesson.name}": lesson for language in LANGUAGES for lesson in lessons(language)}


def put_in(given, solved):
    """Return a student's notebook with the solutions in the place of what is to be written."""
    assert [cell.cell_type for cell in given.cells] == [cell.cell_type for cell in solved.cells]
    for cell, right in zip(given.cells, solved.cells, strict=True):
        if "exercise" in cell.metadata.get("tags", ()):
            cell.source = right.source
        assert cell.source == right.source  # nothing else differs
    return given


RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""


def run(path, folder):
    """Execute a notebook in a process of its own, which takes its event loop along when it ends."""
    environment = os.environ | {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_CONFIG_DIR": str(folder / "jupyter")}
    return subprocess.run(
        [sys.executable, "-c", RUN, path], env=environment, capture_output=True, text=True, check=False
    )


def executed(lesson, folder):
    path = folder / f"{lesson.language}-{lesson.name}.ipynb"
    nbformat.write(put_in(lesson.notebook(), lesson.notebook(solved=True)), path)
    done = run(path, folder)
    assert done.returncode == 0, done.stderr[-3000:]
    return nbformat.read(path, 4)


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(executed, lesson, folder) for name, lesson in LESSONS.items()}


UNGRADED = [name for name, lesson in LESSONS.items() if not lesson.exercises]  # those of the others: test_workbook.py


@pytest.mark.parametrize("name", UNGRADED)
def test_an_untouched_lesson_fails_where_its_exercise_is_needed(name, tmp_path):
    path = tmp_path / "untouched.ipynb"
    nbformat.write(LESSONS[name].notebook(), path)
    done = run(path, tmp_path)
    assert done.returncode != 0
    assert "NotImplementedError" in done.stderr


def text_of(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_and_its_solutions_pass(notebooks, name):
    notebook = notebooks[name].result()
    checks = [cell for cell in notebook.cells if cell.cell_type == "code" and "check(" in cell.source and cell.outputs]
    said = "\n".join(map(text_of, checks))
    for exercise in LESSONS[name].exercises:
        assert {"en": f"{exercise}: right", "tr": f"{exercise}: doğru"}[LESSONS[name].language] in said
    assert not [
        output for cell in notebook.cells for output in cell.get("outputs", ()) if output.output_type == "error"
    ]


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_prints_what_its_text_says(notebooks, name):
    cells = notebooks[name].result().cells
    for cell, following in pairwise(cells):
        if (
            cell.cell_type == "code"
            and following.cell_type == "markdown"
            and "```text" in following.source.split("\n##")[0]
        ):
            promised = following.source.partition("```text\n")[2].partition("\n```")[0]
            assert text_of(cell).strip().split() == promised.split(), name


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_draws_and_says_nothing_on_the_error_stream(notebooks, name):
    outputs = [output for cell in notebooks[name].result().cells for output in cell.get("outputs", ())]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
