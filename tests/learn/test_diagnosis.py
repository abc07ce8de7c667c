"""Submissions written without a look at the records, each with the mistakes that it makes in its first line."""

from pathlib import Path

import pytest
from live import verdict_on_file, verdict_on_text

from adim.learn import mistakes
from adim.learn.cases import drawn
from adim.learn.exercises import EXERCISES
from adim.learn.trial import Task

SUBMISSIONS = Path(__file__).with_name("submissions")
RIGHT = sorted(path for path in (SUBMISSIONS / "right").iterdir() if path.suffix in {".py", ".ipynb"})
WRONG = sorted((SUBMISSIONS / "wrong").glob("*.py"))
LATER = sorted((SUBMISSIONS / "later").glob("*.py"))  # these were never looked at while the records were written


def wanted(path):
    """Return the keys in a file's first line."""
    with path.open(encoding="utf-8") as file:
        return [key.strip() for key in file.readline().partition("mistakes:")[2].split(",")]


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.name)
@pytest.mark.parametrize("name", EXERCISES)
def test_what_is_right_passes(path, name):
    verdict = verdict_on_file(path, name)
    assert verdict.passed, (verdict, verdict.findings)
    assert verdict.points == verdict.of
    assert not verdict.findings


@pytest.fixture(scope="module", params=["wrong", "later"])
def named(request):
    """Return for each wrong submission the keys that were found."""
    found = {}
    for path in {"wrong": WRONG, "later": LATER}[request.param]:
        verdict = verdict_on_file(path, wanted(path)[0].partition("/")[0])
        assert not verdict.passed, f"{path.name} was called right"
        assert verdict.points < verdict.of
        found[path] = {finding.key for finding in verdict.findings}
    return found


def test_nine_of_ten_submissions_are_named_rightly(named):
    missed = {path.name: keys for path, keys in named.items() if not set(wanted(path)) <= keys}
    assert len(named) >= 60
    assert len(missed) <= len(named) / 10, missed


def test_two_mistakes_at_once_are_both_named(named):
    doubles = {path: keys for path, keys in named.items() if len(wanted(path)) > 1}
    missed = {path.name: keys for path, keys in doubles.items() if not set(wanted(path)) <= keys}
    assert len(doubles) >= 15
    assert len(missed) <= len(doubles) / 5, missed


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("key", mistakes.MISTAKES)
def test_each_faulty_twin_is_named_rightly(key, seed):
    mistake = mistakes.MISTAKES[key]
    name = mistake.function
    for way, twin in enumerate(mistakes.twins(mistake)[: None if seed == 0 else 1]):
        verdict = verdict_on_twin(name, twin, seed)
        assert not verdict.passed, way
        assert [finding.key for finding in verdict.findings] == [key], way


def verdict_on_twin(name, twin, seed):
    from adim.learn.examination import examine
    from adim.learn.source import parse
    from adim.learn.trial import perform

    def run(tasks: list[Task]):
        return [tuple(perform(task, {name: twin}, "")) for task in tasks]

    return examine(EXERCISES[name], run, parse(Path("twin.py"), [""]), seed=seed, seconds=1)


def test_another_seed_draws_other_calls():
    one, other = (drawn("conv_forward", seed)[-1].arguments["W"] for seed in (1, 2))
    assert one.shape != other.shape or (one != other).any()


FED = """
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, 0), (pad, 0), (0, 0)))

def conv_single_step(a, W, b):
    return np.sum(a * W) + b[0, 0, 0]

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


def test_a_right_function_fed_by_a_wrong_one_passes_and_says_which_to_mend():
    verdict = verdict_on_text(FED, "conv_forward")
    assert verdict.passed
    assert verdict.points == 20
    assert [(finding.key, finding.values["helpers"]) for finding in verdict.findings] == [("fed", "zero_pad")]
    assert [finding.key for finding in verdict_on_text(FED, "zero_pad").findings] == ["zero_pad/one_side"]


def test_a_wrong_function_fed_by_a_wrong_one_is_not_excused():
    verdict = verdict_on_text(FED.replace("h * stride : h * stride + f", "h : h + f"), "conv_forward")
    assert not verdict.passed
    assert [finding.key for finding in verdict.findings] == ["conv_forward/no_stride", "fed_too"]


def test_two_wrong_helpers_are_both_named():
    verdict = verdict_on_text(FED.replace("b[0, 0, 0]", "2 * b[0, 0, 0]"), "conv_forward")
    assert verdict.passed
    assert verdict.findings[0].values["helpers"] == "zero_pad, conv_single_step"


def test_a_helper_that_takes_more_than_the_courses_is_not_blamed():
    text = FED.replace("def zero_pad(X, pad):", "def zero_pad(X, pad, axes=(1, 2)):").replace("(pad, 0)", "(pad, pad)")
    text = text.replace("zero_pad(A_prev, pad)", "zero_pad(A_prev, pad, axes=(1, 2))").replace("* W)", "* W) * 3")
    verdict = verdict_on_text(text, "conv_forward")
    assert [(finding.key, finding.values["helpers"]) for finding in verdict.findings] == [("fed", "conv_single_step")]


def test_what_is_no_known_mistake_is_shown_by_the_smallest_call():
    text = "import numpy as np\ndef conv_single_step(a, W, b):\n    return np.sum(a * W) * 1.5 + b[0, 0, 0]"
    verdict = verdict_on_text(text, "conv_single_step")
    assert [finding.key for finding in verdict.findings] == ["unknown"]
    assert verdict.example.call.startswith("a_slice_prev[:, :, 0] = [[")
    expected, received = float(verdict.example.expected), float(verdict.example.received)
    assert received - 2 == 1.5 * (expected - 2)  # the bias of the tiny calls is 2


def test_what_no_tiny_call_shows_is_shown_by_one_that_learners_may_see():
    text = (
        "import numpy as np\ndef conv_single_step(a, W, b):\n    return np.sum(a * W) * (1 + len(W) // 3) + b[0, 0, 0]"
    )
    verdict = verdict_on_text(text, "conv_single_step", seed=5)
    assert [finding.key for finding in verdict.findings] == ["unknown"]
    shown = verdict_on_text(text, "conv_single_step").example
    assert verdict.example == shown
    assert "a_slice_prev[:, :, 0] = [[" in shown.call


def test_an_example_is_of_the_function_alone_where_a_helper_is_wrong_too():
    text = FED.replace("np.sum(a * W)", "2 * np.sum(a * W)").replace("return Z,", "return Z + 10 * (Z.shape[1] > 1),")
    verdict = verdict_on_text(text, "conv_forward")
    assert [finding.key for finding in verdict.findings] == ["unknown", "fed_too"]
    assert float(verdict.example.received) == float(verdict.example.expected) + 10


def test_rounding_is_called_rounding():
    text = "import numpy as np\ndef conv_single_step(a, W, b):\n    return np.sum(a * W) * 1.001 + b[0, 0, 0]"
    assert [finding.key for finding in verdict_on_text(text, "conv_single_step").findings] == ["rounded"]


def test_a_float32_sum_is_right():
    text = "import numpy as np\ndef conv_single_step(a, W, b):\n    return np.float32(np.sum(a * W) + b[0, 0, 0])"
    assert verdict_on_text(text, "conv_single_step").passed


def test_one_of_several_ties_is_said_to_be_that():
    text = (
        "import numpy as np\ndef create_mask_from_window(x):\n"
        "    mask = np.zeros(x.shape, bool)\n    mask.flat[np.argmax(x)] = True\n    return mask"
    )
    verdict = verdict_on_text(text, "create_mask_from_window")
    assert [finding.key for finding in verdict.findings] == ["create_mask_from_window/argmax"]
    assert [aspect for aspect, right in verdict.aspects.items() if not right] == ["ties"]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("raise NotImplementedError", "unwritten"),
        ("return None", "returns_nothing"),
        ("return 1, 2", "parts"),
        ("return dA[5, 5]", "raises"),
        ("from scipy import signal", "library"),
    ],
)
def test_what_is_seen_at_once_is_said(body, key):
    verdict = verdict_on_text(f"def conv_backward(dA, cache):\n    {body}", "conv_backward")
    assert [finding.key for finding in verdict.findings] == [key]
    assert verdict.points == 0


def test_lines_are_those_of_the_file():
    text = f"# a comment\n\n{FED.replace('h * stride : h * stride + f', 'h : h + f')}".replace("(pad, 0)", "(pad, pad)")
    (finding,) = verdict_on_text(text, "conv_forward").findings
    assert finding.key == "conv_forward/no_stride"
    lines = text.split("\n")
    assert finding.lines
    assert all(lines[line.number - 1].strip() == line.text for line in finding.lines)
    assert any("window = padded[" in line.text for line in finding.lines)


def test_verdicts_survive_json():
    import json

    from adim.learn.verdict import Verdict

    verdict = verdict_on_text(FED.replace("pad, 0", "pad, 1"), "zero_pad")
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json()))) == verdict
