"""A run that ends early loses nothing, and what is graded is not graded again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pupils import GRADER, source

from adim.learn.classroom import grade_with, grading
from adim.learn.classroom.output import MARK, claimed
from adim.learn.classroom.workers import Worker, WorkerError, side_by_side

RECORDS = grading.RECORDS
GRADE = """
import sys
from pupils import GRADER
from adim.learn.classroom import grade_with
grade_with(GRADER, sys.argv[1], sys.argv[2], jobs=int(sys.argv[3]), language="en", progress=sys.stderr)
"""
posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture
def log(tmp_path, monkeypatch):
    """Return a function that tells which submissions were judged since it was called last."""
    path = tmp_path / "log"
    path.touch()
    monkeypatch.setenv("PUPILS_LOG", str(path))

    def told():
        names = path.read_text().split()
        path.write_text("")
        return sorted(names)

    return told


def write_class(folder, *remarks_of_each):
    """Write submissions p0, p1, ... with their remarks."""
    folder.mkdir(exist_ok=True)
    for number, remarks in enumerate(remarks_of_each):
        (folder / f"p{number}.py").write_text(source(*remarks, name=f"p{number}"))
    return folder


def contents(folder):
    """Return all files in a folder and what is in them."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def start(folder, output, jobs):
    """Begin to grade in a process of its own, that is alone in its group as a terminal's foreground is."""
    path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, "-c", GRADE, folder, output, str(jobs)],
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_records(output, count, process):
    while len(list((output / RECORDS).glob("[!.]*.json"))) < count:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)


@posix
def test_a_killed_run_goes_on_where_it_was(tmp_path, monkeypatch, log):
    wrong, wait = "wrong: conv_forward/no_stride", "do: wait"
    folder = write_class(tmp_path / "class", [], [wrong], [wrong, "says: hi"], [wait], [], [wrong, wait], [], [])
    output = tmp_path / "results"
    monkeypatch.setenv("PUPILS_WAIT", "1")
    process = start(folder, output, jobs=1)
    wait_for_records(output, 3, process)
    process.kill()
    process.communicate()
    assert log() in (["p0", "p1", "p2"], ["p0", "p1", "p2", "p3"])
    assert not (output / "grades.csv").exists()

    monkeypatch.delenv("PUPILS_WAIT")
    again = grade_with(GRADER, folder, output, language="en", jobs=1)
    assert log() == ["p3", "p4", "p5", "p6", "p7"]
    assert again.reused == 3
    whole = grade_with(GRADER, folder, tmp_path / "whole", language="en", jobs=2)
    assert whole.graded == again.graded
    assert contents(output) == contents(tmp_path / "whole")


@posix
def test_ctrl_c_finishes_what_was_begun_and_says_how_to_go_on(tmp_path, log):
    folder = write_class(tmp_path / "class", *[["do: rest"]] * 12)
    output = tmp_path / "results"
    process = start(folder, output, jobs=2)
    wait_for_records(output, 2, process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it, to the workers too
    _, said = process.communicate()
    assert process.returncode not in (0, None)
    judged = log()
    assert 2 <= len(judged) < 12
    assert f"Stopped. {len(judged)} of 12 submissions are graded and kept: the same command goes on from there." in said
    result = grade_with(GRADER, folder, output)
    assert result.reused == len(judged)
    assert sorted(judged + log()) == sorted(f"p{n}" for n in range(12))
    assert all(graded.points == 100 for graded in result.graded)


def test_what_changed_is_graded_again_and_nothing_else(tmp_path, log):
    folder = write_class(tmp_path / "class", [], [], [])
    output = tmp_path / "results"
    assert grade_with(GRADER, folder, output, jobs=1).reused == 0
    assert log() == ["p0", "p1", "p2"]
    assert grade_with(GRADER, folder, output, jobs=1, language="tr").reused == 3
    assert log() == []
    (folder / "p1.py").write_text(source("wrong: zero_pad/no_bias", name="p1"))
    result = grade_with(GRADER, folder, output, jobs=1)
    assert log() == ["p1"]
    assert [graded.points for graded in result.graded] == [100, 94, 100]
    assert grade_with(GRADER, folder, output, jobs=1, seed=1).reused == 0
    assert log() == ["p0", "p1", "p2"]
    assert grade_with(GRADER, folder, output, jobs=1).reused == 3  # the other seed's are still there


def test_a_damaged_record_is_made_again(tmp_path, log):
    folder = write_class(tmp_path / "class", [], [], [], [], [])
    output = tmp_path / "results"
    first = grade_with(GRADER, folder, output, jobs=1)
    records = sorted((output / RECORDS).iterdir())
    before = [record.read_bytes() for record in records]
    for record, damage in zip(records, [b"", b"{", b"[]", b'{"verdicts": [{}]}', b"\xff"], strict=True):
        record.write_bytes(damage)
    log()
    again = grade_with(GRADER, folder, output, jobs=1)
    assert again == first
    assert len(log()) == 5
    assert [record.read_bytes() for record in records] == before


def test_who_is_gone_leaves_no_page(tmp_path):
    folder = write_class(tmp_path / "class", [], ["do: fail"])
    output = tmp_path / "results"
    grade_with(GRADER, folder, output, jobs=1)
    assert {"feedback/p0.html", "feedback/p1.md"} <= contents(output).keys()
    assert {path.name for path in (output / "gradescope").iterdir()} == {"p0"}
    (folder / "p0.py").rename(folder / "p2.py")
    (output / "feedback" / "mine.txt").write_text("what a teacher put there stays")
    grade_with(GRADER, folder, output, jobs=1)
    assert {path.stem for path in (output / "feedback").iterdir()} == {"p1", "p2", "mine"}
    assert {path.name for path in (output / "gradescope").iterdir()} == {"p2"}


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_result_depends_on_neither_order_nor_jobs(tmp_path, jobs):
    remarks = [
        ["wrong: conv_forward/no_stride"],
        [],
        ["do: fail"],
        ["wrong: zero_pad/no_bias", "do: rest"],
        ["do: crash"],
    ]
    folder = write_class(tmp_path / "class", *remarks)
    other = tmp_path / "other"
    (other / "class").mkdir(parents=True)
    for path in sorted(folder.iterdir(), reverse=True):
        (other / "class" / path.name).write_bytes(path.read_bytes())
    first = grade_with(GRADER, folder, tmp_path / "a", jobs=2)
    second = grade_with(GRADER, other / "class", tmp_path / "b", jobs=jobs)
    assert first._replace(folder=None) == second._replace(folder=None)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_what_breaks_grading_is_noted_and_tried_again(tmp_path, log):
    folder = write_class(tmp_path / "class", ["do: fail"], ["do: crash"], ["do: forget"], [])
    for _ in range(2):
        result = grade_with(GRADER, folder, tmp_path / "results", jobs=1)
        notes = [[note.key for note in graded.notes] for graded in result.graded]
        assert notes == [["failed"], ["died"], ["failed"], []]
        assert result.graded[0].notes[0].values["error"] == "LookupError: no such luck"
        assert [graded.pending for graded in result.graded] == [True, True, True, False]
        assert result.mean == 100
        assert {"p0", "p1", "p2"} <= set(log())


# -- the folder of results


def test_two_runs_do_not_write_into_one_folder(tmp_path):
    folder = write_class(tmp_path / "class", [])
    with claimed(tmp_path / "results"), pytest.raises(BlockingIOError, match="another run of grading is writing into"):
        grade_with(GRADER, folder, tmp_path / "results")
    grade_with(GRADER, folder, tmp_path / "results", jobs=1)  # the lock is gone with its holder


@posix
def test_a_killed_run_leaves_no_lock(tmp_path):
    code = "import sys, time; from pathlib import Path; from adim.learn.classroom.output import claimed\n"
    code += "with claimed(Path(sys.argv[1])): print(flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code, tmp_path / "results"], stdout=subprocess.PIPE)
    process.stdout.readline()
    with pytest.raises(BlockingIOError), claimed(tmp_path / "results"):
        pass
    process.kill()
    process.communicate()
    with claimed(tmp_path / "results"):
        pass


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    folder = write_class(tmp_path / "class", [])
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.md").write_text("Once")
    for output in (tmp_path / "thesis", folder):
        before = contents(output)
        with pytest.raises(FileExistsError, match="holds files that are not results of grading"):
            grade_with(GRADER, folder, output)
        assert contents(output) == before
    with pytest.raises(FileExistsError, match="is a file"):
        grade_with(GRADER, folder, tmp_path / "thesis" / "chapter.md")


def test_the_default_folder_lies_beside_the_submissions(tmp_path, monkeypatch):
    folder = write_class(tmp_path / "ödevler", [])
    monkeypatch.chdir(folder)
    assert grade_with(GRADER, ".", jobs=1).folder == tmp_path / "ödevler-grades"
    assert (tmp_path / "ödevler-grades" / MARK).is_file()


def test_results_may_lie_among_the_submissions(tmp_path):
    folder = write_class(tmp_path / "class", [])
    for _ in range(2):
        assert [graded.learner for graded in grade_with(GRADER, folder, folder / "results", jobs=1).graded] == ["p0"]


@pytest.mark.parametrize(
    ("folder", "options", "error", "message"),
    [
        ("nowhere", {}, FileNotFoundError, "there is no folder"),
        ("class/p0.py", {}, NotADirectoryError, "is a file; give the folder"),
        ("empty", {}, ValueError, "holds no submissions"),
        ("class", {"jobs": 0}, ValueError, "jobs must be at least 1; got 0"),
        ("class", {"language": "de"}, ValueError, "the language must be one of en, tr; got 'de'"),
    ],
)
def test_what_cannot_be_graded_is_refused_before_anything_is_written(tmp_path, folder, options, error, message):
    write_class(tmp_path / "class", [])
    (tmp_path / "empty").mkdir()
    with pytest.raises(error, match=message):
        grade_with(GRADER, tmp_path / folder, tmp_path / "results", **options)
    assert not (tmp_path / "results").exists()


def test_nothing_is_left_of_the_copies(tmp_path):
    output = tmp_path / "results"
    folder = write_class(tmp_path / "class", [], ["do: crash"])
    with claimed(output):
        (output / grading.COPIES / "left").mkdir(parents=True)  # by a run that was killed
    grade_with(GRADER, folder, output, jobs=1)
    assert not (output / grading.COPIES).exists()


# -- the processes


def test_a_worker_answers_fails_dies_and_answers_again():
    worker = Worker()
    assert worker.call(divmod, 7, 2) == (3, 1)
    with pytest.raises(WorkerError, match="ZeroDivisionError") as caught:
        worker.call(divmod, 1, 0)
    assert caught.value.reason == "failed"
    with pytest.raises(WorkerError) as caught:
        worker.call(os._exit, 3)
    assert caught.value.reason == "died"
    assert worker.call(len, "abc") == 3
    worker.close()
    worker.close()


def test_a_worker_that_does_not_answer_is_ended():
    worker = Worker(patience=0.05)
    with pytest.raises(WorkerError) as caught:
        worker.call(time.sleep, 60)
    assert caught.value.reason == "late"
    worker.close()


def test_results_keep_the_items_order():
    def do(worker, seconds):
        time.sleep(seconds)
        return seconds

    assert side_by_side(do, [0.05, 0.0, 0.02], jobs=3) == [0.05, 0.0, 0.02]
    assert side_by_side(do, [], jobs=3) == []


def test_an_error_of_ours_ends_the_run():
    def do(worker, item):
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        side_by_side(do, [1, 2, 3], jobs=2)
