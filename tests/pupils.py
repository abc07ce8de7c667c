"""A class to grade: learners' files, and a check that reads in them what it is to find, so that it takes no time."""

import json
import os
import re
import time
from pathlib import Path

from adim import steps
from adim.learn.classroom import Grader
from adim.learn.exercises import EXERCISES
from adim.learn.verdict import Example, Finding, Line, Verdict

TITLES = {"no_stride": ("Stride forgotten", "Adım unutulmuş"), "no_bias": ("Bias forgotten", "Yanlılık unutulmuş")}


def check(path: Path, names, seed: int):
    """Judge a file by the remarks in it: ``# wrong: conv_forward/no_stride``, ``# says: hello``, ``# do: die``."""
    text = path.read_bytes().decode("utf-8", "replace")
    log = os.environ.get("PUPILS_LOG")
    if log:
        with Path(log).open("a") as file:
            file.write(re.search(r"# is: (\w*)", text)[1] + "\n")
    for action in re.findall(r"# do: (\w+)", text):
        match action:
            case "crash":
                os._exit(7)
            case "fail":
                raise LookupError("no such luck")
            case "rest":
                time.sleep(0.2)
            case "wait":
                parent = os.getppid()
                while os.environ.get("PUPILS_WAIT") and os.getppid() == parent:
                    time.sleep(0.02)
            case "forget":
                return ()
    wrong = dict(re.findall(r"# wrong: (\w+)/(\w+)", text))
    said = re.findall(r"# says: (.*)", text)
    verdicts = []
    for name in names:
        of = EXERCISES[name].points
        if name in wrong:
            finding = Finding(
                f"{name}/{wrong[name]}", (Line(3, "return X"),), {"printed": said[0] if said else "", "seed": seed}
            )
            verdicts.append(
                Verdict(
                    name, of / 4, of, {"plain": True, "stride": False}, (finding,), Example("f(x)", "Z[0]", "1", "2")
                )
            )
        elif f"def {name}" in text:
            verdicts.append(Verdict(name, float(of), of, {"plain": True}))
        else:
            verdicts.append(Verdict(name, 0.0, of, {}, (Finding("missing"),)))
    return tuple(verdicts)


def tell(verdict: Verdict, language: str) -> str:
    """Tell a verdict in Markdown, what was printed in a block of code."""
    return f"### {verdict.exercise}\n\n" + "\n\n".join(
        f"**{title(finding.key, language)}**\n\n```text\n{finding.values.get('printed')}\n```"
        for finding in verdict.findings
    )


def title(key: str, language: str) -> str:
    """Return the short name of a mistake."""
    if key == "missing":
        return "Henüz yok" if language == "tr" else "Not there yet"
    return TITLES[key.partition("/")[2]][language == "tr"]


def isolation(language: str) -> str:
    """Say how submissions were kept apart."""
    return "Hiç" if language == "tr" else "Not at all"


GRADER = Grader(check, tell, title, isolation)


def source(*remarks: str, names=tuple(EXERCISES), name: str = "") -> str:
    """Return a file that defines functions, with remarks for `check`; `name` only makes it different from others."""
    return "".join([f"# is: {name}\n", *(f"# {remark}\n" for remark in remarks), *(_stub(name) for name in names)])


def _stub(name: str) -> str:
    return f"def {name}(*arguments):\n    return arguments\n"


def notebook(*cells: str) -> str:
    """Return a notebook with these cells of code."""
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None}
                for cell in cells
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    )


def textbook() -> str:
    """Return the textbook's own text."""
    return Path(steps.__file__).read_text(encoding="utf-8")
