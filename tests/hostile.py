"""Submissions that mean harm, one kind a file of ``tests/learn/hostile``: right functions, and what is added.

They are no ``.py`` files, so that no tool imports them by accident.
"""

from pathlib import Path

import adim

_FOLDER = Path(__file__).with_name("learn") / "hostile"

SOLUTION = (_FOLDER.with_name("submissions") / "right" / "shift_and_add.py").read_text(encoding="utf-8")

KINDS = sorted(path.stem for path in _FOLDER.glob("*.txt"))


def submission(
    kind: str, *, victim: Path = Path("/nowhere/victim"), grader: int = 0, port: int = 9, mark: str = "mark"
) -> str:
    """Return a submission of which `conv_forward`, or the whole module, means harm.

    It goes for a file and its folder, a process, and a port of this machine; what it makes bears the mark.
    """
    text = (_FOLDER / f"{kind}.txt").read_text(encoding="utf-8")
    packages = Path(adim.__file__).parents[1]
    marks = {"VICTIM": victim, "FOLDER": victim.parent, "GRADER": grader, "PORT": port, "MARK": mark}
    for name, value in {**marks, "PACKAGES": packages}.items():
        text = text.replace(f"@{name}@", str(value))
    return f"{SOLUTION}\n\n{text}"
