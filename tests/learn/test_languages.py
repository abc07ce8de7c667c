import importlib
import pkgutil
import string

import pytest

import adim.learn
from adim.learn import languages, mistakes, use_language, wording
from adim.learn.languages import Text, preferred


def test_the_language_asked_for_comes_first(monkeypatch):
    monkeypatch.setattr(languages, "_chosen", "tr")
    assert preferred("en", {"LANG": "tr_TR.UTF-8"}) == "en"


def test_then_the_one_chosen_for_the_process(monkeypatch):
    monkeypatch.setattr(languages, "_chosen", None)
    use_language("tr")
    assert preferred(environment={"LANG": "en_US.UTF-8"}) == "tr"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "tr_TR.UTF-8"}, "tr"),
        ({"LANG": "tr"}, "tr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "tr_TR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "tr_TR", "LANG": "en_US"}, "tr"),
        ({"LANG": "trv_TW"}, "en"),
        ({}, "en"),
    ],
)
def test_then_that_of_the_environment(monkeypatch, environment, language):
    monkeypatch.setattr(languages, "_chosen", None)
    assert preferred(environment=environment) == language


@pytest.mark.parametrize("speak", [preferred, use_language])
def test_no_other_language_is_spoken(speak):
    with pytest.raises(ValueError, match=r"must be one of en, tr; got 'de'"):
        speak("de")


def texts():
    """Yield every message of the course."""
    for found in pkgutil.walk_packages(adim.learn.__path__, "adim.learn."):
        if ".inside." not in found.name:  # what runs in the sandbox says nothing
            yield from (
                value for value in vars(importlib.import_module(found.name)).values() if isinstance(value, Text)
            )
    yield from (text for general in wording.GENERAL.values() for text in general)
    yield from wording.ASPECTS.values()
    for mistake in mistakes.MISTAKES.values():
        yield from (mistake.title, mistake.explanation, mistake.hint)


def test_every_text_has_both_languages_and_the_same_braces():
    for text in texts():
        assert text.en
        assert text.tr
        names = [{name for _, name, _, _ in string.Formatter().parse(one) if name} for one in text]
        assert names[0] == names[1], text
