"""``python -m bench page``: the newest report of each kind of run, copied into ``docs/performance.md``.

The page then shows what a machine really printed, and nobody has to retype a figure.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from adim.atomic import replacing

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"

BEGIN, END = "<!-- figures: python -m bench page -->", "<!-- end of figures -->"
"""Between these lines of the page the reports stand."""

_NO_REASON_FOR_ANOTHER = ("seconds", "rounds")  # settings that do not make two runs different


def run(*, threads: int, out: Path) -> None:  # noqa: ARG001 - what every command takes
    """Copy the newest reports in `out` into the page."""
    reports = newest(out)
    if not reports:
        raise SystemExit(f"bench: there are no reports in {out}: measure something first, python -m bench layers")
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"bench: {PAGE.name} has lost its lines {BEGIN} and {END}")
    parts = [f"### {title}\n\n```text\n{path.read_text(encoding='utf-8').rstrip()}\n```" for title, path in reports]
    with replacing(PAGE) as temporary:
        temporary.write_text("\n\n".join([before + begin, *parts, end + after]), encoding="utf-8")
    print(f"{len(reports)} reports copied into {PAGE.name}")


def newest(folder: Path) -> list[tuple[str, Path]]:
    """Return titles and places of the newest report of each command and setting, by title."""
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.json")):  # their names begin with the hour
        settings = json.loads(path.read_text(encoding="utf-8"))["settings"]
        found[_title(path.stem.rpartition("-")[2], settings)] = path.with_suffix(".txt")
    return sorted(found.items())


def _title(command: str, settings: dict[str, Any]) -> str:
    told = {name: value for name, value in settings.items() if value is not None and name not in _NO_REASON_FOR_ANOTHER}
    return ", ".join([f"`{command}`", *(f"{name} {value}" for name, value in told.items())])
