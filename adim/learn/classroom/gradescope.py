"""A learner's results as Gradescope's autograders write them, ``results.json``.

The format: https://gradescope-autograders.readthedocs.io/en/latest/specs/, section "Output format".
"""

from __future__ import annotations

import json

from adim.learn.classroom.feedback import headline
from adim.learn.classroom.result import Graded


def results(graded: Graded) -> str:
    """Return the text of ``results.json``: a test for each function.

    Parameters
    ----------
    graded : Graded
        The learner and the verdicts on their work.
    """
    notes = [note.into(graded.language) for note in graded.notes]
    tests = [
        {
            "name": verdict.exercise,
            "number": str(number),
            "score": verdict.points,
            "max_score": verdict.of,
            "status": "passed" if verdict.passed else "failed",
            "output": told.strip(),
            "output_format": "md",
            "visibility": "visible",
        }
        for number, (verdict, told) in enumerate(zip(graded.verdicts, graded.told, strict=True), start=1)
    ]
    whole = {
        "score": graded.points,
        "output": "\n".join([headline(graded, graded.language), *notes]),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
