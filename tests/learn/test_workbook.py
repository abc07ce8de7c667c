import json
import shutil
from pathlib import Path

import nbformat
import pytest

from adim.learn.checking import check_file
from adim.learn.exercises import EXERCISES
from adim.learn.languages import LANGUAGES
from adim.learn.source import read
from adim.learn.verdict import Verdict
from adim.learn.workbook import lessons, start, status, telling
from adim.learn.workbook.folder import exercises_file
from adim.learn.workbook.lessons import BEGIN, END


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def test_ten_lessons_from_0_to_9(language):
    assert [lesson.number for lesson in lessons(language)] == list(range(10))


def test_each_exercise_belongs_to_a_lesson_and_stands_in_the_file_once(language):
    text = exercises_file(lessons(language), language)
    assert [text.count(f"\ndef {name}(") for name in EXERCISES] == [1] * len(EXERCISES)


def test_no_solution_is_left_in_a_students_notebook(language):
    for lesson in lessons(language):
        given = lesson.notebook()
        solved = lesson.notebook(solved=True)
        nbformat.validate(given)
        text = json.dumps(given)
        assert BEGIN not in text
        assert END not in text
        exercises = [n for n, cell in enumerate(given.cells) if "exercise" in cell.metadata.get("tags", ())]
        assert exercises, lesson.name
        for n in exercises:
            assert "raise NotImplementedError" in given.cells[n].source
            assert "raise NotImplementedError" not in solved.cells[n].source
            assert BEGIN not in solved.cells[n].source


def test_links_between_lessons_lead_somewhere(language):
    import re

    names = {f"{lesson.name}.ipynb" for lesson in lessons(language)}
    for lesson in lessons(language):
        assert set(re.findall(r"\]\(([^)]*\.ipynb)\)", lesson.text)) <= names, lesson.name


def test_every_lesson_has_its_parts(language):
    headings = {
        "en": [
            "The idea",
            "The formula",
            "By hand",
            "Exercise",
            "The course's values",
            "Three questions",
            "What to read next",
        ],
        "tr": ["Düşünce", "Formül", "Elle", "Alıştırma", "Denetim", "Kursun değerleri", "Üç soru", "Sonra ne okumalı"],
    }[language]
    for lesson in lessons(language):
        found = [line.removeprefix("## ") for line in lesson.text.splitlines() if line.startswith("## ")]
        for heading in headings:
            assert any(heading in one for one in found), (lesson.name, heading, found)
        assert lesson.text.count("<details>") >= 3, lesson.name
        assert "plots." in lesson.text


def test_starting_again_overwrites_nothing(tmp_path, language):
    first = start(tmp_path, lang=language)
    assert not first.kept
    mine = first.written[3]
    mine.write_text("mine", "utf-8")
    first.written[4].unlink()
    again = start(tmp_path)
    assert again.language == language
    assert again.written == (first.written[4],)
    assert mine.read_text("utf-8") == "mine"


def test_a_dangling_link_is_left_alone(tmp_path):
    link = tmp_path / "exercises.py"
    link.symlink_to(tmp_path / "elsewhere")
    assert link in start(tmp_path, lang="en").kept
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "course").write_text("")
    with pytest.raises(NotADirectoryError, match="is a file"):
        start(tmp_path / "course")


def test_untouched_exercises_fail_and_solved_ones_pass(tmp_path, language):
    start(tmp_path, lang=language)
    file = next(tmp_path.glob("*.py"))
    untouched = check_file(file)
    assert [verdict.points for verdict in untouched] == [0] * len(EXERCISES)
    assert {finding.key for verdict in untouched for finding in verdict.findings} == {"unwritten"}
    file.write_text(exercises_file(lessons(language), language, solved=True), "utf-8")
    assert all(verdict.passed for verdict in check_file(file))


def test_notebooks_can_be_checked_as_they_were_handed_out_and_solved(tmp_path, language):
    start(tmp_path, lang=language)
    for lesson in lessons(language):
        path = tmp_path / f"{lesson.name}.ipynb"
        if lesson.exercises:
            assert set(lesson.exercises) <= set(read(path).functions)
            assert not any(verdict.points for verdict in check_file(path, lesson.exercises)), lesson.name
            nbformat.write(lesson.notebook(solved=True), path)
            assert all(verdict.passed for verdict in check_file(path, lesson.exercises)), lesson.name


def fake_check(right):
    def check(path: Path, names):
        del path
        return tuple(
            Verdict(name, EXERCISES[name].points * (name in right), EXERCISES[name].points, {"plain": name in right})
            for name in names
        )

    return check


def test_progress_counts_what_is_right_wherever_it_stands(tmp_path, language):
    start(tmp_path, lang=language)
    progress = status(tmp_path, fake_check({"zero_pad", "conv_single_step"}))
    assert progress.points == 16
    assert [step.lesson.number for step in progress.steps if step.done] == [1, 2]
    told = telling.progress(progress)
    assert "✓ zero_pad 8/8" in told
    assert lessons(language)[3].title in told.splitlines()[-1]


def test_all_done_is_said(tmp_path):
    start(tmp_path, lang="en")
    assert telling.progress(status(tmp_path, fake_check(set(EXERCISES)))).endswith(
        "100 of 100 points; every exercise is right"
    )


def test_no_course_has_no_progress(tmp_path):
    with pytest.raises(FileNotFoundError, match="adim course start"):
        status(tmp_path, fake_check(set()))


def test_who_stands_in_the_course_is_not_told_to_begin_another(tmp_path, monkeypatch):
    start(tmp_path, lang="tr")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"the folder that you are in holds one: adim course status \.$"):
        status("course", check_file)


def test_where_both_languages_were_begun_one_must_be_asked_for(tmp_path):
    start(tmp_path, lang="en")
    start(tmp_path, lang="tr")
    assert status(tmp_path, fake_check(set()), lang="tr").language == "tr"
    shutil.rmtree(tmp_path)
