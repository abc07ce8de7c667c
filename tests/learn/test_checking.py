"""`check` as a learner meets it: a live function in, words and a verdict out."""

import sys
import threading
import time

import numpy as np
import pytest

import adim
from adim import steps
from adim.learn import check
from adim.learn.checking import SECONDS, check_file
from adim.learn.exercises import EXERCISES
from adim.learn.patience import OutOfTime, deadline


def said(capsys):
    return capsys.readouterr().out


def test_a_right_function_passes_in_one_line(capsys):
    def zero_pad(X, pad):
        return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

    assert check(zero_pad, lang="en").passed
    assert said(capsys) == "zero_pad: right, 8 of 8 points\n"


def test_a_wrong_one_is_explained_in_the_language_asked_for(capsys):
    def zero_pad(X, pad):
        return np.pad(X, pad)

    verdict = check(zero_pad, lang="tr")
    assert [finding.key for finding in verdict.findings] == ["zero_pad/all_axes"]
    assert said(capsys).startswith("zero_pad: henüz değil, ")


def test_the_lines_are_those_of_this_file(capsys):
    def distribute_value(dz, shape):
        n_H, n_W = shape
        return np.full(shape, dz / (n_H + n_W))

    (finding,) = check(distribute_value).findings
    first = distribute_value.__code__.co_firstlineno
    assert [line.number - first for line in finding.lines] == [2]
    assert "dz / (n_H + n_W)" in said(capsys)


def test_an_endless_loop_ends(capsys):
    def create_mask_from_window(x):
        count = 0
        while True:
            try:  # noqa: SIM105 - a learner's "except:" swallows what should stop it
                count += 1
            except BaseException:  # noqa: BLE001, S110
                pass

    started = time.monotonic()
    verdict = check(create_mask_from_window)
    assert [finding.key for finding in verdict.findings] == ["hangs"]
    assert time.monotonic() - started >= SECONDS
    assert threading.active_count() < 10


def test_changed_arguments_and_much_printing_are_said_although_the_values_are_right(capsys):
    def create_mask_from_window(x):
        print("x" * 20_000)  # noqa: T201 - what is to be told
        mask = x == x.max()
        x[...] = 0
        return mask

    verdict = check(create_mask_from_window, lang="en")
    assert [finding.key for finding in verdict.findings] == ["modifies", "prints"]
    assert not verdict.passed
    assert 0 < verdict.points < verdict.of
    assert "x" * 100 not in said(capsys)


def test_another_librarys_function_is_no_answer(capsys):
    def pool_forward(A_prev, hparameters, mode="max"):
        return steps.pool_forward(A_prev, hparameters, mode)

    assert [finding.key for finding in check(pool_forward).findings] == ["library"]
    assert [finding.key for finding in check(adim.pool_forward).findings] == ["library"]


def test_the_textbooks_helpers_are_welcome(capsys):
    namespace = {"np": np, "zero_pad": steps.zero_pad, "conv_single_step": steps.conv_single_step}
    text = """
def conv_forward(A_prev, W, b, hparameters):
    stride, pad, f = hparameters["stride"], hparameters["pad"], W.shape[0]
    n_H, n_W = ((n + 2 * pad - f) // stride + 1 for n in A_prev.shape[1:3])
    Z = np.zeros((len(A_prev), n_H, n_W, W.shape[3]))
    padded = zero_pad(A_prev, pad)
    for i, h, w, c in np.ndindex(Z.shape):
        window = padded[i, h * stride : h * stride + f, w * stride : w * stride + f]
        Z[i, h, w, c] = conv_single_step(window, W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)
"""
    exec(text, namespace)  # noqa: S102 - a function without a file
    assert check(namespace["conv_forward"]).passed


def test_what_is_no_exercise_is_refused_with_a_hint():
    def conv_foward():
        pass

    with pytest.raises(ValueError, match=r"did you mean conv_forward\?"):
        check(conv_foward)
    with pytest.raises(TypeError, match=r"without calling it; got ndarray"):
        check(np.ones(3))


def test_the_learners_names_are_as_they_were_afterwards(capsys):
    def conv_single_step(a_slice_prev, W, b):
        return 0

    before = dict(globals())
    check(conv_single_step)
    assert globals() == before


def test_a_deadline_that_is_kept_leaves_nothing_behind():
    for _ in range(200):
        with deadline(5):
            pass
    assert threading.active_count() < 10


def test_a_deadline_holds_in_any_thread():
    ended = []

    def work():
        try:
            with deadline(0.05):
                while True:
                    pass
        except OutOfTime:
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert ended == [True]


def test_a_file_is_checked_in_a_sandbox(tmp_path):
    path = tmp_path / "solution.py"
    path.write_text(
        "import numpy as np, os\nos.remove('solution.py') if os.path.exists('solution.py') else None\n"
        "def zero_pad(X, pad):\n    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))\n"
        "def distribute_value(dz, shape):\n    os._exit(0)\n"
        "def create_mask_from_window(x):\n    import adim\n    return adim.create_mask_from_window(x)\n"
        "def conv_forward(A_prev, W, b:\n    pass\n",
        "utf-8",
    )
    verdicts = {verdict.exercise: verdict for verdict in check_file(path)}
    assert list(verdicts) == list(EXERCISES)
    assert verdicts["zero_pad"].passed
    assert [finding.key for finding in verdicts["distribute_value"].findings] == ["died"]
    assert [finding.key for finding in verdicts["create_mask_from_window"].findings] == ["library"]
    assert [finding.key for finding in verdicts["conv_forward"].findings] == ["missing", "not_python"]
    assert verdicts["pool_forward"].findings[0].key == "missing"


def test_only_what_is_asked_for_is_checked(tmp_path):
    path = tmp_path / "solution.py"
    path.write_text("", "utf-8")
    assert [verdict.exercise for verdict in check_file(path, ["pool_forward"])] == ["pool_forward"]
    with pytest.raises(ValueError, match="none of the exercises"):
        check_file(path, ["pool"])


def spin():
    with deadline(0.02):
        while True:
            pass


def test_a_deadline_that_was_missed_leaves_a_tracer_running():
    import sys

    lines = []
    with pytest.raises(OutOfTime):
        spin()
    sys.settrace(lambda *event: lines.append(event))
    try:
        sorted([3, 1], key=lambda x: x)
    finally:
        sys.settrace(None)
    assert lines


def test_a_helper_without_an_end_is_not_blamed_on_the_function_that_calls_it(capsys):
    text = """
import numpy as np
def zero_pad(X, pad):
    while True:
        pass
def conv_single_step(a, W, b):
    return np.sum(a * W) + b.item()
def conv_forward(A_prev, W, b, hparameters):
    stride, pad, f = hparameters["stride"], hparameters["pad"], W.shape[0]
    n_H, n_W = ((n + 2 * pad - f) // stride + 1 for n in A_prev.shape[1:3])
    Z = np.zeros((len(A_prev), n_H, n_W, W.shape[3]))
    padded = zero_pad(A_prev, pad)
    for i, h, w, c in np.ndindex(Z.shape):
        window = padded[i, h * stride : h * stride + f, w * stride : w * stride + f]
        Z[i, h, w, c] = conv_single_step(window, W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)
"""
    names: dict = {}
    exec(text, names)  # noqa: S102 - helpers are looked up in the globals of a file
    verdict = check(names["conv_forward"])
    assert verdict.points == 20
    assert [(finding.key, finding.values) for finding in verdict.findings] == [("fed", {"helpers": "zero_pad"})]
    assert [finding.key for finding in check(names["zero_pad"]).findings] == ["hangs"]


def test_a_function_without_an_end_is_not_laid_to_its_helpers(capsys):
    text = """
import numpy as np
def zero_pad(X, pad):
    return X
def conv_forward(A_prev, W, b, hparameters):
    while zero_pad(A_prev, 1) is not None:
        pass
"""
    names: dict = {}
    exec(text, names)  # noqa: S102 - as above
    assert [finding.key for finding in check(names["conv_forward"]).findings] == ["hangs"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("(X for _ in range(pad))", "generator"), ("X.astype(object)", "array of dtype object"), ("range(3)", "range")],
)
def test_an_answer_of_another_kind_is_called_by_its_type(answer, kind, capsys):
    names: dict = {}
    exec(f"def zero_pad(X, pad):\n    return {answer}", names)  # noqa: S102 - a function for each answer
    (finding,) = check(names["zero_pad"]).findings
    assert (finding.key, finding.values["received"]) == ("type", kind)
    assert f"yours {kind}" in said(capsys)


@pytest.mark.parametrize("seed", [-1, 1.5, "1"])
def test_a_seed_is_a_whole_number_from_0_on(seed):
    def conv_single_step(a_slice_prev, W, b):
        return 0

    with pytest.raises(ValueError, match="seed must be a whole number, 0 or larger; got"):
        check(conv_single_step, seed=seed)


def test_two_threads_that_check_at_once_leave_standard_output_where_it_was(capsys):
    def distribute_value(dz, shape):
        began.append(None)
        if len(began) == 1:  # the second comes while the first is in, and stays longer
            time.sleep(0.1)
        elif len(began) == 2:
            time.sleep(0.2)
        return np.full(shape, dz / (shape[0] * shape[1]))

    began: list[None] = []
    before = sys.stdout
    threads = [threading.Thread(target=check, args=(distribute_value,), kwargs={"lang": "en"}) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sys.stdout is before
    assert said(capsys) == 2 * "distribute_value: right, 6 of 6 points\n"
