"""A whole class, graded: every file says what it should, in both languages, whatever learners are called."""

import csv
import io
import json
import os
import re

import pytest
from pupils import GRADER, notebook, source

from adim.learn.classroom import grade_with, summary
from adim.learn.classroom.naming import LONGEST, file_names, shown
from adim.learn.classroom.pages import page, plain, table
from adim.learn.classroom.report import common_mistakes, distribution
from adim.learn.classroom.standard import GENERAL, isolation, title
from adim.learn.classroom.watching import Watch
from adim.learn.exercises import EXERCISES
from adim.learn.languages import LANGUAGES
from adim.learn.mistakes import MISTAKES
from adim.learn.wording import GENERAL as SAID

SCRIPT = "<script>alert(1)<"  # a file's name cannot hold a slash
FILES = {
    "Ayşe Çelik.ipynb": notebook("use_language('tr')", source("wrong: conv_forward/no_stride", name="a")),
    "can/deep/cnn.py": source("wrong: conv_forward/no_stride", "wrong: zero_pad/no_bias", "says: <img src=x>|*b*"),
    "=cmd().py": source(),
    f"{SCRIPT}.py": source("wrong: zero_pad/no_bias", "says: </code></pre><script>alert(2)</script>"),
    "empty.py": "",
    "two.py": source(names=("zero_pad",)),
    "two.ipynb": notebook(source(names=("conv_forward",))),
    "broken.ipynb": "{",
    "latin.py": b"x = '\xff\xfe'",
    "failed.py": source("do: fail"),
    "none.py": "x = 1",
    "x" * 200 + ".py": source("", ""),
    "archive.zip": "",
}


@pytest.fixture(scope="module", params=LANGUAGES)
def result(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("class") / "cnn"
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (0, 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "tr_TR.UTF-8" if request.param == "tr" else "C")
        return grade_with(GRADER, folder, folder.with_name("results"), seed=4711, jobs=2)


@pytest.fixture
def of(result):
    return {graded.learner: graded for graded in result.graded}


def rows(path):
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_everybody_gets_what_they_earned(of):
    assert {learner[:20]: graded.points for learner, graded in of.items()} == {
        "Ayşe Çelik": 85,
        "can": 79,
        "=cmd()": 100,
        SCRIPT: 94,
        "empty": 0,
        "two": 28,
        "broken": 0,
        "latin": 0,
        "failed": 0,
        "none": 0,
        "x" * 20: 100,
    }


def test_notes_say_what_is_the_matter(of):
    notes = {learner: [note.key for note in graded.notes] for learner, graded in of.items() if graded.notes}
    assert notes == {
        "broken": ["no notebook"],
        "empty": ["empty"],
        "failed": ["failed"],
        "latin": ["no text"],
        "none": ["undefined"],
        "two": ["one of several"],
    }


def test_each_function_counts_from_the_newest_file_that_defines_it(of):
    assert set(of["two"].files) == {"two.py", "two.ipynb"}
    assert {verdict.exercise for verdict in of["two"].verdicts if verdict.passed} == {"zero_pad", "conv_forward"}
    assert of["two"].notes[0].values["taken"] == "two.py (zero_pad), two.ipynb (conv_forward)"


def test_what_is_still_to_be_written_hides_nothing(tmp_path):
    folder = tmp_path / "class" / "ali"
    folder.mkdir(parents=True)
    written = folder / "1.py"
    written.write_text(source(names=("zero_pad",)))
    os.utime(written, (0, 0))  # long before the other
    place = "def zero_pad(X, pad):\n    for x in X:\n        raise NotImplementedError\n"
    (folder / "exercises.py").write_text(place + source(names=("conv_forward",)))
    (ali,) = grade_with(GRADER, tmp_path / "class", jobs=1).graded
    assert ali.notes[0].values["taken"] == "ali/1.py (zero_pad), ali/exercises.py (conv_forward)"
    written.unlink()
    (ali,) = grade_with(GRADER, tmp_path / "class", jobs=1).graded
    assert (ali.files, ali.notes) == (("ali/exercises.py",), ())


def test_pages_are_in_each_learners_language(result, of):
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (result.folder / "feedback").glob("*.md")}
    assert pages["Ayşe Çelik"].startswith("# Ayşe Çelik: 100 üzerinden 85 puan\n")
    assert "Adım unutulmuş" in pages["Ayşe Çelik"]
    first = {"en": "# can: 79 of 100 points\n", "tr": "# can: 100 üzerinden 79 puan\n"}
    assert pages["can"].startswith(first[result.language])
    assert len(pages) == len(of)


def test_lang_is_for_all(tmp_path):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "Ayşe.ipynb").write_text(FILES["Ayşe Çelik.ipynb"])
    (ayse,) = grade_with(GRADER, tmp_path / "class", language="en", jobs=1).graded
    assert ayse.language == "en"


def test_no_page_tells_a_learner_the_seed(result):
    written = [*(result.folder / "feedback").iterdir(), *(result.folder / "gradescope").glob("*/*")]
    assert written
    assert not any("4711" in path.read_text(encoding="utf-8") for path in written)
    assert "4711" in (result.folder / "class.md").read_text(encoding="utf-8")


def test_the_table(result):
    table = {row["learner"]: row for row in rows(result.folder / "grades.csv")}
    assert len(table) == len(FILES) - 2  # two of them are one learner's, and one is no submission
    assert list(table["can"]) == ["learner", "file", "points", "of", *EXERCISES, "mistakes", "notes"]
    can = table["can"]
    assert (can["file"], can["points"], can["of"], can["zero_pad"]) == ("can/deep/cnn.py", "79.0", "100", "2.0")
    no_bias, no_stride = title_of("no_bias", result.language), title_of("no_stride", result.language)
    assert can["mistakes"] == f"zero_pad: {no_bias}; conv_forward: {no_stride}"
    assert table["'=cmd()"]["points"] == "100.0"
    assert table["failed"]["points"] == table["failed"]["zero_pad"] == ""  # not graded is not 0
    assert table["empty"]["points"] == "0"
    assert table["empty"]["notes"]


def title_of(mistake, language):
    return GRADER.title(f"conv_forward/{mistake}", language)


def test_no_cell_begins_like_a_formula(result):
    for name in ("grades.csv", "nbgrader.csv"):
        for row in rows(result.folder / name):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_nbgraders_columns(result):
    table = {row["student_id"]: row for row in rows(result.folder / "nbgrader.csv")}
    assert table["can"] == {
        "assignment": "cnn",
        "duedate": "",
        "timestamp": "",
        "student_id": "can",
        "last_name": "",
        "first_name": "",
        "email": "",
        "raw_score": "79.0",
        "late_submission_penalty": "0.0",
        "score": "79.0",
        "max_score": "100.0",
    }
    assert table["failed"]["score"] == ""


def test_gradescopes_results(result):
    whole = json.loads((result.folder / "gradescope" / "can" / "results.json").read_text(encoding="utf-8"))
    assert whole["score"] == sum(test["score"] for test in whole["tests"]) == 79
    assert whole["output_format"] == "text"
    assert [test["name"] for test in whole["tests"]] == list(EXERCISES)
    assert sum(test["max_score"] for test in whole["tests"]) == 100
    first = whole["tests"][0]
    assert (first["status"], first["score"], first["max_score"]) == ("failed", 2.0, 8)
    assert (first["output_format"], first["visibility"], first["number"]) == ("md", "visible", "1")
    assert title_of("no_bias", result.language) in first["output"]
    assert not (result.folder / "gradescope" / "failed").exists()


def test_learners_words_are_shown_and_not_obeyed(result):
    pages = [path.read_text(encoding="utf-8") for path in result.folder.rglob("*.html")]
    assert len(pages) == len(result.graded) + 1
    for text in pages:
        tags = set(re.findall(r"<(\w+)", text))
        assert not tags & {"script", "iframe", "object", "form", "link"}
        assert "default-src 'none'" in text
    hostile = next(text for text in pages if "alert(2)" in text)
    assert "&lt;script&gt;alert(1)&lt;" in hostile
    assert "&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;alert(2)&lt;/script&gt;" in hostile
    assert not any("<img" in text for text in pages if "data:image" not in text)


def test_the_report(result):
    text = (result.folder / "class.md").read_text(encoding="utf-8")
    assert "(feedback/Ay%C5%9Fe%20%C3%87elik.md)" in text
    assert "archive.zip" in text
    assert GRADER.isolation(result.language) in text
    assert "| `conv_forward` | 3 |" in text
    no_stride = title_of("no_stride", result.language)
    assert f"| {no_stride} | `conv_forward` | 2 |" in text
    page = (result.folder / "class.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 2
    assert (result.folder / "points.png").read_bytes()[1:4] == b"PNG"
    assert f'<html lang="{result.language}">' in page


def test_what_is_counted(result):
    assert distribution(result) == {
        "100": 2, "90–99": 1, "80–89": 1, "70–79": 1, "60–69": 0, "50–59": 0, "40–49": 0, "30–39": 0, "20–29": 1,
        "10–19": 0, "0–9": 4,
    }  # fmt: skip
    common = common_mistakes(result)
    assert common["conv_forward", "conv_forward/no_stride"] == 2
    assert common["zero_pad", "zero_pad/no_bias"] == 2
    assert list(common.values()) == sorted(common.values(), reverse=True)
    assert result.mean == pytest.approx((85 + 79 + 100 + 94 + 28 + 100) / 10)
    assert result.median == pytest.approx((28 + 79) / 2)


def test_what_is_not_written_is_no_mistake(result, of):
    assert not any(key in {"missing", "unwritten"} for _, key in common_mistakes(result))
    text = (result.folder / "feedback" / "two.md").read_text(encoding="utf-8")
    absent = {"en": "not written yet", "tr": "henüz yazılmamış"}[result.language]
    assert text.count(absent) == 6
    assert "###" not in text
    report = (result.folder / "class.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `pool_forward` \|(.*)\|$", report, re.MULTILINE)
    assert row.split(" | ")[3].strip() == "2"  # two and none


def test_the_summary(result):
    text = summary(result)
    assert str(result.folder / "class.html") in text
    assert re.search(r"^can +79$", text, re.MULTILINE)
    assert "archive.zip" in text


def test_names_of_files_fit_every_system(result):
    names = [path.name for path in (result.folder / "feedback").iterdir()]
    assert len({name.casefold() for name in names}) == len(names) == 2 * len(result.graded)
    assert all(re.fullmatch(r"[\w .()+,@=&-]+", name) and not name.startswith((".", "-", "=", " ")) for name in names)
    assert all(len(name.encode()) <= 255 for name in names)


def test_of_several_files_without_a_function_one_counts(tmp_path):
    folder = tmp_path / "class" / "ali"
    folder.mkdir(parents=True)
    for name, content in {"a.py": "x = 1", "b.py": "x = 2", "c.ipynb": "{"}.items():
        (folder / name).write_text(content)
        os.utime(folder / name, (0, 0))
    (ali,) = grade_with(GRADER, tmp_path / "class", jobs=1).graded
    assert ali.files == ("ali/a.py",)
    assert [note.key for note in ali.notes] == ["no notebook", "undefined"]
    assert ali.notes[1].values["file"] == "ali/a.py, ali/b.py"


def test_a_report_says_when_nothing_is_hidden(result, tmp_path):
    assert "--seed" not in (result.folder / "class.md").read_text(encoding="utf-8")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ali.py").write_text(source())
    open_class = grade_with(GRADER, tmp_path / "class", jobs=1)
    assert "--seed" in (open_class.folder / "class.md").read_text(encoding="utf-8")


def test_a_verdict_without_words_keeps_nobody_from_theirs(tmp_path):
    def speechless(verdict, language):
        if not verdict.passed:
            raise KeyError("no words")
        return "well done"

    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ali.py").write_text(source("wrong: zero_pad/no_bias"))
    (tmp_path / "class" / "veli.py").write_text(source())
    ali, veli = grade_with(GRADER._replace(tell=speechless), tmp_path / "class", jobs=1).graded
    assert ali.pending
    assert "no words" in ali.notes[0].values["error"]
    assert veli.points == 100


# -- how it is getting on


def test_lines_where_there_is_no_terminal(of):
    file = io.StringIO()
    with Watch(2, file, "tr") as watch:
        watch.tell(of["can"])
        watch.tell(of["failed"])
    assert file.getvalue() == "1/2 can: 100 üzerinden 79 puan\n2/2 failed: henüz değerlendirilmedi\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_in_a_terminal(of, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    with Watch(2, Terminal(), "tr") as watch:
        watch.tell(of["can"])
    assert "Değerlendiriliyor" in watch.file.getvalue()
    assert "1/2" in watch.file.getvalue()
    assert "can: 100 üzerinden 79 puan" in watch.file.getvalue()


@pytest.mark.parametrize("live", [True, False])
def test_ctrl_c_is_answered(of, live):
    file = io.StringIO()
    watch = Watch(5, file, "en", live=live)
    watch.__enter__()
    watch.tell(of["can"])
    watch.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    said = "Stopped. 1 of 5 submissions are graded and kept: the same command goes on from there.\n"
    assert file.getvalue().endswith(said)


def test_nothing_is_said_where_nobody_listens(of, capsys):
    with Watch(1, None, "en") as watch:
        watch.tell(of["can"])
    assert capsys.readouterr() == ("", "")


# -- names and pages


def test_names_become_files_that_stay_apart():
    names = [
        "ali",
        "Ali",
        "../x",
        "a/b",
        "a_b",
        "con",
        "CON.txt",
        "",
        ".",
        "..",
        "ğüşiöç",
        "x" * 300,
        "x" * 301,
        "a.",
        "a",
    ]
    made = file_names(names)
    assert made["ğüşiöç"] == "ğüşiöç"
    assert len({name.casefold() for name in made.values()}) == len(names)
    for name in made.values():
        assert re.fullmatch(r"[\w()+,@=&-][\w .()+,@=&-]*", name)
        assert not name.endswith((".", " "))
        assert len(name) <= LONGEST + 10
    assert file_names(["../x", "other"])["../x"] == made["../x"]


def test_a_name_is_shown_on_one_line():
    assert shown("a\n\tb\x00\u202e\ud800") == "a b"
    assert shown("\n") == "?"
    assert shown("s\u0327") == "ş"


MARKS = ["# a", "- a", "1. a", "+ a", "= a", "[a](javascript:1)", "![a](b)", "`a`", "*a*", "_a_", "<b>", "&lt;", "~~~"]


@pytest.mark.parametrize("text", [*MARKS, "$a$", "---", "a | b"])
def test_plain_text_stays_text(text):
    shown = page(plain(text), "t", "en")
    body = re.search(r"<body>\n(.*)</body>", shown, re.DOTALL)[1]
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert body == f"<p>{escaped}</p>\n"


def test_html_is_shown_and_not_obeyed():
    text = page("<div>\n<script>alert(1)</script>\n</div>\n\na <b>b</b> c", "<i>", "en", {})
    assert "<script" not in text
    assert "a &lt;b&gt;b&lt;/b&gt; c" in text
    assert "<title>&lt;i&gt;</title>" in text


def test_a_learners_page_has_neither_links_nor_pictures():
    text = page("[a](https://example.org) ![b](https://example.org/b.png) <https://example.org>", "t", "tr")
    assert "href" not in text
    assert "<img" not in text


# -- the course's own grader


def test_everything_that_can_be_found_has_a_short_name():
    assert GENERAL.keys() == SAID.keys()
    for key in [*GENERAL, *MISTAKES]:
        names = {title(key, language) for language in LANGUAGES}
        assert len(names) == 2
        assert not any("{" in name for name in names)


def test_the_isolation_is_told_in_sentences():
    for language in LANGUAGES:
        for sentence in isolation(language).removesuffix(".").split(". "):
            assert sentence[0].isupper() or sentence.startswith("bubblewrap")


def test_a_narrow_table_breaks_a_functions_name_at_its_underscores():
    shown_as = page(table(["function"], "l", [["`create_mask_from_window`"]]) + "\n\n`a_b`", "x", "en")
    assert "<td><code>create_<wbr>mask_<wbr>from_<wbr>window</code></td>" in re.sub(r"<td[^>]*>", "<td>", shown_as)
    assert "<code>a_b</code>" in shown_as
