"""A class in which some mean harm: nobody's grade changes, and nothing is left behind."""

import os
from pathlib import Path

import pytest
from hostile import KINDS, SOLUTION, submission

from adim.learn.classroom import grade
from adim.learn.exercises import EXERCISES

# What each wall does to each of all the kinds is in test_sandbox.py; these go through the whole way to a grade.
CHOSEN = ["exit_at_once", "patched_numpy", "forger", "saboteur", "vandal", "daemon", "liar", "chatter", "spy"]
CHOSEN += ["module_exit", "garbage", "symlinks", "segfault", "killer", "borrower", "terminal"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    victim = folder.parent / "victim.txt"
    victim.write_text("precious")
    for name in ("aaa", "zzz"):  # graded first and last
        (folder / f"{name}.py").write_text(SOLUTION, "utf-8")
    for kind in CHOSEN:
        text = submission(kind, victim=victim, grader=os.getpid(), mark="marked-by-a-submission")
        (folder / f"{kind}.py").write_text(text, "utf-8")
    before = set(folder.parent.rglob("*"))
    result = grade(folder, folder.parent / "results", seed=3, language="en", jobs=2)
    after = {path for path in folder.parent.rglob("*") if folder.parent / "results" not in [path, *path.parents]}
    return result, victim, before, after


def test_there_are_such_kinds():
    assert set(CHOSEN) <= set(KINDS)
    assert len(CHOSEN) >= 15


def test_honest_learners_get_all_their_points(graded):
    points = {one.learner: one.points for one in graded[0].graded}
    assert points["aaa"] == points["zzz"] == 100


@pytest.mark.parametrize("kind", CHOSEN)
def test_harm_costs_only_the_function_that_does_it(graded, kind):
    (one,) = (one for one in graded[0].graded if one.learner == kind)
    points = {verdict.exercise: verdict.points for verdict in one.verdicts}
    others = {name: exercise.points for name, exercise in EXERCISES.items() if name != "conv_forward"}
    assert {name: points[name] for name in others} == others
    assert points["conv_forward"] <= 20


def test_nothing_was_changed_or_left(graded):
    _, victim, before, after = graded
    assert victim.read_text() == "precious"
    assert after == before
    for process in Path("/proc").glob("[0-9]*/cmdline") if Path("/proc").is_dir() else ():
        try:
            assert b"marked-by-a-submission" not in process.read_bytes()
        except OSError:  # it has ended meanwhile
            continue
