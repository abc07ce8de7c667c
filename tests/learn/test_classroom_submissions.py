"""Who handed in what: every layout in which submissions arrive, and whatever else may lie in a folder."""

import os
import socket

import pytest
from pupils import notebook, source

from adim.learn.classroom import reading
from adim.learn.classroom.notes import NOTES, Note
from adim.learn.classroom.output import MARK
from adim.learn.classroom.reading import Handed, read
from adim.learn.classroom.submissions import MOST_FILES, find
from adim.learn.languages import LANGUAGES


def put(folder, **files):
    """Write files by their paths, each newer than the one before."""
    for age, (name, content) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        os.utime(path, (1_000_000 + age, 1_000_000 + age))
    return folder


def found(folder):
    """Return each learner's files, seen from the folder."""
    return {
        submission.learner: [path.relative_to(folder).as_posix() for path in submission.files]
        for submission in find(folder).submissions
    }


def test_a_file_a_learner(tmp_path):
    put(tmp_path, **{"ali.py": "x", "Ayşe Çelik.ipynb": "x", "VELI.PY": "x"})
    assert found(tmp_path) == {"ali": ["ali.py"], "Ayşe Çelik": ["Ayşe Çelik.ipynb"], "VELI": ["VELI.PY"]}


def test_learners_stand_in_the_order_of_the_alphabet(tmp_path):
    put(tmp_path, **{f"{name}.py": "x" for name in ("Zeynep", "çetin", "Can", "Deniz", "ali", "Ümit")})
    assert list(found(tmp_path)) == ["ali", "Can", "çetin", "Deniz", "Ümit", "Zeynep"]


def test_a_folder_a_learner_the_newest_file_first(tmp_path):
    put(tmp_path, **{"ali/old.py": "x", "ali/deep/er/new.ipynb": "x", "ali/notes.txt": "x", "veli/a.py": "x"})
    assert found(tmp_path) == {"ali": ["ali/deep/er/new.ipynb", "ali/old.py"], "veli": ["veli/a.py"]}


def test_files_of_one_age_have_one_order(tmp_path):
    put(tmp_path, **{"ali/b.py": "x", "ali/a.py": "x"})
    for name in "ab":
        os.utime(tmp_path / "ali" / f"{name}.py", (5, 5))
    assert found(tmp_path) == {"ali": ["ali/a.py", "ali/b.py"]}


def test_one_name_as_file_notebook_and_folder_is_one_learner(tmp_path):
    put(tmp_path, **{"ali.py": "x", "ali.ipynb": "x", "ali/c.py": "x"})
    assert found(tmp_path) == {"ali": ["ali/c.py", "ali.ipynb", "ali.py"]}


def test_nbgraders_layout_from_above_and_from_within(tmp_path):
    put(
        tmp_path,
        **{
            "nbgrader_config.py": "c = 1",
            "source/cnn/1.ipynb": "x",
            "submitted/ali/cnn/1.ipynb": "x",
            "submitted/ali/cnn/2.ipynb": "x",
            "submitted/ali/cnn/.ipynb_checkpoints/2-checkpoint.ipynb": "x",
            "stray.py": "x",
        },
    )
    files = ["submitted/ali/cnn/2.ipynb", "submitted/ali/cnn/1.ipynb"]
    assert found(tmp_path) == {"ali": files}
    assert find(tmp_path).ignored == ("stray.py",)
    assert found(tmp_path / "submitted") == {"ali": [name.removeprefix("submitted/") for name in files]}


def test_moodles_layouts(tmp_path):
    put(
        tmp_path,
        **{
            "Ali Veli_4711_assignsubmission_file_/cnn.py": "x",
            "Ayşe Çelik_12_assignsubmission_file_my_cnn.ipynb": "x",
            "Ayşe Çelik_12_assignsubmission_onlinetext/onlinetext.html": "x",
        },
    )
    assert found(tmp_path) == {
        "Ali Veli_4711": ["Ali Veli_4711_assignsubmission_file_/cnn.py"],
        "Ayşe Çelik_12": ["Ayşe Çelik_12_assignsubmission_file_my_cnn.ipynb"],
    }


METADATA = """\
---
submission_1:
  :submitters:
  - :name: Ali Veli
    :sid: '7'
    :email: ali@example.org
  :created_at: 2026-11-06 07:13:47.644186000 Z
submission_2:
  :submitters:
  - :name: "Ay\\u015fe"
  - :name: Can
submission_3:
  :submitters:
  - :name: Ali Veli
submission_4:
  :submitters: []
"""


def test_gradescopes_layout(tmp_path):
    put(tmp_path, **{f"submission_{n}/a.py": "x" for n in range(1, 6)}, **{"submission_metadata.yml": METADATA})
    assert set(found(tmp_path)) == {
        "Ali Veli (submission_1)",
        "Ayşe & Can",
        "Ali Veli (submission_3)",
        "submission_4",
        "submission_5",
    }
    assert find(tmp_path).ignored == ()


@pytest.mark.parametrize("broken", ["{", "- 1", "submission_1: 7", "!!python/object/apply:os.abort []", "a: &a [*a]"])
def test_broken_metadata_leave_the_folders_names(tmp_path, broken):
    put(tmp_path, **{"submission_1/a.py": "x", "submission_metadata.yml": broken})
    assert found(tmp_path) == {"submission_1": ["submission_1/a.py"]}


def test_what_nobody_handed_in_is_left_out(tmp_path):
    put(
        tmp_path,
        **{
            ".hidden.py": "x",
            "__MACOSX/ali.py": "x",
            ".git/hooks.py": "x",
            "ali/__MACOSX/._a.py": "x",
            "ali/._a.py": "x",
            "ali/a.py": "x",
            f"results/{MARK}": "",
            "results/ali.py": "x",
        },
    )
    assert found(tmp_path) == {"ali": ["ali/a.py"]}


def test_what_is_no_submission_is_named(tmp_path):
    put(tmp_path, **{"ali.py": "x", "veli.zip": "x", "can.pdf": "x"})
    assert find(tmp_path).ignored == ("can.pdf", "veli.zip")


def test_a_folder_with_an_installation_is_cut_short(tmp_path):
    put(tmp_path, **{f"ali/lib/m{n}.py": "x" for n in range(MOST_FILES + 3)})
    (submission,) = find(tmp_path).submissions
    assert len(submission.files) == MOST_FILES
    assert [note.key for note in submission.notes] == ["many"]


def test_a_folder_without_a_file_is_a_learner_with_a_note(tmp_path):
    (tmp_path / "ali").mkdir()
    (submission,) = find(tmp_path).submissions
    assert [note.key for note in submission.notes] == ["nothing"]


@pytest.mark.skipif(os.name == "nt", reason="file names there are tame")
def test_hostile_names_stay_apart_and_on_one_line(tmp_path):
    names = ["=cmd()", "a\nb", "a b", "a\u202eb", "ı", "i", "x" * 250]
    for name in names:
        (tmp_path / f"{name}.py").write_text("x")
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("x")
    learners = set(found(tmp_path))
    assert len(learners) == len(names) + 1
    assert all(learner.isprintable() for learner in learners)
    assert {"=cmd()", "ı", "i", "x" * 250} <= learners


# -- reading -----------------------------------------------------------------------------------------------------------


def why_not(path, folder):
    note = read(path, folder)
    assert isinstance(note, Note)
    return note.key


def test_a_file_is_read_as_it_is(tmp_path):
    put(tmp_path, **{"ali/a.PY": source()})
    assert read(tmp_path / "ali" / "a.PY", tmp_path) == Handed("ali/a.PY", ".py", source().encode())


def test_what_cannot_be_graded_gets_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST", 2**20)
    (tmp_path / "empty.py").write_text(" \n")
    (tmp_path / "huge.py").write_bytes(b"#" * (2**20 + 1))
    (tmp_path / "folder.py").mkdir()
    assert why_not(tmp_path / "empty.py", tmp_path) == "empty"
    assert read(tmp_path / "huge.py", tmp_path) == Note("large", {"file": "huge.py", "limit": 1})
    assert why_not(tmp_path / "folder.py", tmp_path) == "no file"
    (tmp_path / "gone.py").unlink(missing_ok=True)
    assert why_not(tmp_path / "gone.py", tmp_path) == "link"


@pytest.mark.skipif(os.name == "nt", reason="links, pipes and devices of POSIX")
def test_links_pipes_and_devices_are_not_followed(tmp_path):
    folder = tmp_path / "class"
    put(tmp_path, **{"secret.py": "password", "class/ali.py": "x"})
    links = {
        "out": "../secret.py",
        "nowhere": "nothing.py",
        "circle": "circle.py",
        "device": "/dev/zero",
        "in": "ali.py",
    }
    for name, target in links.items():
        (folder / f"{name}.py").symlink_to(target)
    (folder / "outside").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket.py"))
    keys = {path.name: getattr(read(path, folder), "key", None) for path in sorted(folder.iterdir())}
    assert keys == {
        "ali.py": None,
        "circle.py": "link",
        "device.py": "link",
        "in.py": None,
        "nowhere.py": "link",
        "out.py": "link",
        "outside": "link",
        "pipe.py": "no file",
        "socket.py": "no file",
    }
    assert found(folder)["outside"] == ["outside"]  # and not what lies behind it


def test_what_the_system_refuses_is_told(tmp_path, monkeypatch):
    put(tmp_path, **{"ali.py": "x"})

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert read(tmp_path / "ali.py", tmp_path) == Note("unreadable", {"file": "ali.py", "reason": "Permission denied"})


@pytest.mark.parametrize(
    ("content", "language"),
    [
        (source(), None),
        ("from adim.learn import use_language\nuse_language('tr')", "tr"),
        ('use_language( "en" )', "en"),
        (notebook('use_language("tr")'), "tr"),
        (notebook("x = 1"), None),
        ('use_language("xx"); use_language("tr")', "tr"),
    ],
)
def test_a_files_language(content, language):
    assert Handed("a", ".py", content.encode()).language == language


@pytest.mark.parametrize("key", NOTES)
def test_every_note_can_be_told_in_both_languages(key):
    values = dict.fromkeys(("file", "limit", "reason", "count", "taken", "error"), "§")
    texts = {Note(key, values).into(language) for language in LANGUAGES}
    assert len(texts) == len(LANGUAGES)
    assert not any("{" in text for text in texts)
