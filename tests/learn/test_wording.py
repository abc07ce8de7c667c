import pytest
from live import verdict_on_text

from adim.learn.cases import drawn
from adim.learn.exercises import EXERCISES
from adim.learn.verdict import Example, Finding, Line, Verdict
from adim.learn.wording import ASPECTS, GENERAL, markdown, say, tell

VALUES = dict.fromkeys(
    [
        "library",
        "seconds",
        "parts",
        "received",
        "part",
        "expected",
        "error",
        "message",
        "helpers",
        "arguments",
        "count",
    ],
    "X",
)


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("key", GENERAL)
def test_every_finding_can_be_said(key, language):
    said = say(Finding(key, values=VALUES), language, "conv_forward")
    assert said.title
    assert "{" not in "".join(said)


def test_every_aspect_has_a_name():
    aspects = {case.aspect for name in EXERCISES for case in drawn(name, 0)}
    assert aspects | {"intact"} == set(ASPECTS)


def test_a_verdict_is_told_with_its_lines_hint_and_points():
    text = "def conv_single_step(a, W, b):\n    return (a * W + b).sum()"
    told = tell(verdict_on_text(text, "conv_single_step"), "en")
    assert told.startswith("conv_single_step: not yet, ")
    assert "line 2: return (a * W + b).sum()" in told
    assert "Hint: " in told


def test_points_are_written_as_the_language_writes_numbers():
    verdict = Verdict("zero_pad", 7.2, 8, {"plain": True, "pad": False})
    assert tell(verdict, "en").startswith("zero_pad: not yet, 7.2 of 8 points")
    assert tell(verdict, "tr").startswith("zero_pad: henüz değil, 8 üzerinden 7,2 puan")


def test_a_guess_is_called_a_guess():
    verdict = Verdict("conv_forward", 3, 20, {"plain": False}, (Finding("conv_forward/no_stride", sure=False),))
    assert "Perhaps: " in tell(verdict, "en")
    assert "Belki: " in markdown(verdict, "tr")


def test_cells_are_named():
    verdict = Verdict("zero_pad", 0, 8, {}, (Finding("unwritten", (Line(3, "raise NotImplementedError", 2),)),))
    assert "cell 2, line 3: raise NotImplementedError" in tell(verdict, "en")
    assert "2. hücre, 3. satır: raise NotImplementedError" in tell(verdict, "tr")


HOSTILE = "<script>alert(1)</script> `x` ```\n# head [a](http://b) ![c](d) | {braces}"


@pytest.mark.parametrize("language", ["en", "tr"])
def test_nothing_of_a_learners_becomes_markup(language):
    from markdown_it import MarkdownIt

    finding = Finding("raises", (Line(1, HOSTILE),), {"error": HOSTILE, "message": HOSTILE})
    example = Example(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    verdict = Verdict("zero_pad", 0, 8, {"plain": False}, (finding,), example)
    html = MarkdownIt().render(markdown(verdict, language))
    assert "<script" not in html
    assert "<img" not in html
    assert "<a " not in html
    assert html.count("<h3>") == 1
    assert "<h1>" not in html
    assert "{braces}" in tell(verdict, language)
