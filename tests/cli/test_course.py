"""``adim course``: what a learner and a teacher type, and what they get."""

import json

import pytest

from adim.cli import main
from adim.learn import languages
from adim.learn.workbook import lessons
from adim.learn.workbook.folder import exercises_file

RIGHT = "import numpy as np\ndef zero_pad(X, pad):\n    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))\n"
WRONG = RIGHT.replace("(0, 0)))", "(pad, pad)))")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr(languages, "_chosen", None)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def test_a_course_is_begun_worked_on_and_its_progress_shown(tmp_path, capsys):
    folder = tmp_path / "course"
    assert main(["course", "start", f"{folder}"]) == 0
    assert f"11 files written to {folder}" in capsys.readouterr().out
    assert json.loads((folder / "1_zero_padding.ipynb").read_text("utf-8"))["nbformat"] == 4
    (folder / "exercises.py").write_text(exercises_file(lessons("en"), "en", solved=True), "utf-8")
    assert main(["course", "start", f"{folder}"]) == 0
    assert "11 files were there already" in capsys.readouterr().out
    assert main(["course", "status", f"{folder}"]) == 0
    assert capsys.readouterr().out.endswith("100 of 100 points; every exercise is right\n")


def test_the_environments_language_is_spoken(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    assert main(["course", "start", f"{tmp_path}"]) == 0
    assert "11 dosya yazıldı" in capsys.readouterr().out
    assert (tmp_path / "alistirmalar.py").exists()


def test_a_right_file_ends_with_0_and_a_wrong_one_with_1(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text(RIGHT, "utf-8")
    assert main(["course", "check", f"{path}", "zero_pad"]) == 0
    assert capsys.readouterr().out == "zero_pad: right, 8 of 8 points\n"
    path.write_text(WRONG, "utf-8")
    assert main(["course", "check", f"{path}", "zero_pad", "--lang", "tr"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("zero_pad: henüz değil, ")
    assert "İpucu: " in out


def test_without_names_what_is_defined_is_checked(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text(RIGHT, "utf-8")
    assert main(["course", "check", f"{path}"]) == 0
    assert capsys.readouterr().out == "zero_pad: right, 8 of 8 points\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "nowhere.py"], "there is no file nowhere.py"),
        (["check", "."], "must be a .py or .ipynb file"),
        (["status", "nowhere"], "no course was begun in nowhere"),
        (["grade", "nowhere"], "there is no folder nowhere"),
        (["check", "empty.py"], "defines none of the exercises"),
        (["check", "empty.py", "zero_pat"], "did you mean zero_pad?"),
        (["start", "empty.py"], "is a file"),
        (["grade", "empty.py"], "is a file"),
    ],
)
def test_bad_input_ends_in_one_line(words, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.py").write_text("")
    assert main(["course", *words]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1


def test_errors_speak_the_language_that_was_asked_for(tmp_path, capsys):
    assert main(["course", "grade", f"{tmp_path / 'yok'}", "--lang", "tr"]) == 2
    assert capsys.readouterr().err == f"error: {tmp_path / 'yok'} diye bir klasör yok\n"
    assert main(["course", "check", f"{tmp_path / 'yok.py'}", "--lang", "tr"]) == 2
    assert "diye bir dosya yok" in capsys.readouterr().err


def test_a_class_is_graded(tmp_path, capsys):
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "ayşe.py").write_text(RIGHT, "utf-8")
    (folder / "can.py").write_text(WRONG, "utf-8")
    assert main(["course", "grade", f"{folder}", "-o", f"{tmp_path / 'results'}", "--seed", "5", "--jobs", "1"]) == 0
    out = capsys.readouterr().out
    assert "2 submissions" in out
    assert (tmp_path / "results" / "feedback" / "can.md").exists()
    assert main(["course", "grade", f"{folder}", "-o", f"{tmp_path}"]) == 2
