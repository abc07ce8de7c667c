"""What is made of a run: a table to read, and JSON to keep.

A run is rows, and a row has parts. Nothing here knows what was measured.
"""

from __future__ import annotations

import json
import string
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import geometric_mean
from typing import Any, NamedTuple

from adim.atomic import replacing
from bench.contest import OURS, Outcome

_FASTEST = "fastest of all"
_UNIT = "milliseconds"
_QUIET = 0.1  # processors that others may keep busy; an idle system needs a hundredth


class Work(NamedTuple):
    """How much one part of a row is, in units that a speed is told in: 1.5 GFLOP, 64 images.

    Attributes
    ----------
    amount : float
        So many units.
    unit : str
        "GFLOP", "GB" or "images".
    traffic : int
        The bytes of all that goes in and comes out, each read or written once: no way of computing it moves fewer. 0
        where nobody has counted.
    """

    amount: float
    unit: str
    traffic: int = 0


class Row(NamedTuple):
    """One thing that was measured, in one or several parts.

    Attributes
    ----------
    group, name, shape : str
        Its suite, its name there, and what it works on.
    work : dict of str to Work
        How much each part is.
    parts : dict of str to Outcome
        By name, "forward". All rows of a run have the same parts, and each part the same sides in all of them.
    kinds : tuple of str
        The kinds of rows that it is one of, beside its group: these are summed up too.
    """

    group: str
    name: str
    shape: str
    work: dict[str, Work]
    parts: dict[str, Outcome]
    kinds: tuple[str, ...] = ()


class Summary(NamedTuple):
    """One part over several rows: how many, the geometric mean of their ratios, and the row with the lowest one."""

    rows: int
    geometric_mean: float
    worst: float
    worst_row: Row


def summarise(rows: Iterable[Row], part: str, peer: str | None = None) -> Summary:
    """Sum up one part of rows in which a peer took part; all peers together if none is named."""
    ratios = [(ratio, row) for row in rows if (ratio := row.parts[part].ratio(peer)) is not None]
    worst, worst_row = min(ratios, key=lambda pair: pair[0])
    return Summary(len(ratios), geometric_mean([ratio for ratio, _ in ratios]), worst, worst_row)


def by_group(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows of each group; groups and rows keep their order."""
    return _sorted_into((row.group, row) for row in rows)


def summed_up(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return all that is summed up, by name: each group where there are several, each kind, and all rows."""
    groups = by_group(rows)
    kinds = _sorted_into((kind, row) for row in rows for kind in row.kinds)
    labelled = {f"{kind} ({len(some)})": some for kind, some in kinds.items()}
    return (groups if len(groups) > 1 else {}) | labelled | {f"all {len(rows)}": list(rows)}


def _sorted_into(pairs: Iterable[tuple[str, Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for name, row in pairs:
        found.setdefault(name, []).append(row)
    return found


def peers_of(rows: Iterable[Row], part: str) -> list[str]:
    """Return the peers that took part anywhere in one part."""
    return list(dict.fromkeys(peer for row in rows for peer in row.parts[part].peers))


def opponents(rows: Iterable[Row], part: str) -> list[str | None]:
    """Return the peers that took part anywhere in one part, and None for the fastest of all where they are several."""
    peers = peers_of(rows, part)
    return [*peers, None] if len(peers) > 1 else [*peers]


def headline(machine: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Say what was measured with, a line each: versions, machine, settings, and who disturbed."""
    peers = ", ".join(f"{package} {version}" for package, version in machine.get("peers", {}).items())
    beside = f" beside {peers}" if peers else ""
    versions = f"Python {machine['python']}, NumPy {machine['numpy']} with {machine['blas']}"
    processor = f"{machine['cpu']}, {machine['cores']} cores, {' '.join(machine['instruction_sets'])}"
    caches = f"L2 {machine['l2'] or 'unknown'}, L3 {machine['l3'] or 'unknown'}"
    lines = [
        f"adim {machine['adim']} ({machine['commit'] or 'commit unknown'}){beside}; {versions}; {machine['date']}",
        f"{processor}, {caches}",
        ", ".join(f"{name} {value}" for name, value in settings.items() if value is not None),
    ]
    if (others := machine["others"]) is not None and others > _QUIET:
        lines.append(f"NOT QUIET: other programs kept {others} processors busy, so these figures are not to be quoted")
    return "\n".join(lines)


def table(rows: Sequence[Row]) -> str:
    """Lay rows out, a line each: our median, each peer's best and the ratio for each part, then the sums.

    Where no peer took part, our median and our speed.
    """
    letters = _letters(rows)
    columns = [_Column(part, rows, letters) for part in rows[0].parts]
    sums = summed_up(rows) if len(rows) > 1 else {}
    names = max(len(row.name) for row in rows)
    shapes = max(len(row.shape) for row in rows)
    width = max(names + 2 + shapes, len(_UNIT), *map(len, sums))

    def line(label: str, cells: Iterable[str]) -> str:
        return f"{label:{width}}" + "".join(f"   {cell}" for cell in cells)

    lines = [
        line("", [f"{column.part:>{column.width}}" for column in columns]),
        line(f"{_UNIT:>{width}}", [column.head() for column in columns]),
    ]
    for group, members in by_group(rows).items():
        lines += ["", group]
        lines += [line(f"{row.name:{names}}  {row.shape}", [column.cell(row) for column in columns]) for row in members]
    if any(column.peers for column in columns):
        legend = ": " + ", ".join(f"{letter} {side}" for side, letter in letters.items()) if letters else ""
        lines += ["", f"ratio: a peer's time over ours; where it has several ways, the fastest{legend}"]
        if sums:
            lines += ["", "geometric mean of the ratios"]
            lines += [line(name, [column.means(some) for column in columns]) for name, some in sums.items()]
            if any(len(column.peers) > 1 for column in columns):
                lines += ["", "geometric mean of the ratios to the fastest of all peers"]
                lines += [line(name, [column.mean_of_all(some) for column in columns]) for name, some in sums.items()]
            lines += ["", "worst ratio", *_worst(sums, columns)]
    return "\n".join(lines)


def _letters(rows: Sequence[Row]) -> dict[str, str]:
    """Give a letter to every side of a peer that has several."""
    sides = dict.fromkeys(side for row in rows for outcome in row.parts.values() for side in outcome.timings)
    counts = Counter(side.split()[0] for side in sides)
    several = [side for side in sides if counts[side.split()[0]] > 1]
    return dict(zip(several, string.ascii_lowercase, strict=False))


class _Column:
    """A part in the table: its cells for one row and for several."""

    def __init__(self, part: str, rows: Sequence[Row], letters: Mapping[str, str]) -> None:
        self.part = part
        self.letters = letters
        self.peers = peers_of(rows, part)
        self.unit = rows[0].work[part].unit
        self.widths = {peer: max(len(peer), 9) for peer in self.peers}
        self.width = len(self.head())

    def head(self) -> str:
        if not self.peers:
            return f"{OURS:>8}  {self.unit + '/s':>8}"
        return f"{OURS:>8}" + "".join(f" {peer:>{self.widths[peer]}} {'ratio':>6}" for peer in self.peers)

    def cell(self, row: Row) -> str:
        outcome = row.parts[self.part]
        ours = outcome.timings[OURS].median
        if not self.peers:
            return f"{_milliseconds(ours)}  {row.work[self.part].amount / ours:8.1f}"
        return _milliseconds(ours) + "".join(self._peer(outcome, peer) for peer in self.peers)

    def _peer(self, outcome: Outcome, peer: str) -> str:
        best, ratio, width = outcome.best(peer), outcome.ratio(peer), self.widths[peer]
        if best is None or ratio is None:
            return f" {'-':>{width - 1}}  {'-':>6}"
        time = f"{_milliseconds(outcome.timings[best].median)}{self.letters.get(best, ' ')}"
        return f" {time:>{width}} {ratio:6.2f}"

    def means(self, rows: Sequence[Row]) -> str:
        cells = []
        for peer in self.peers:
            some = [row for row in rows if row.parts[self.part].ratio(peer) is not None]
            mean = f"{summarise(some, self.part, peer).geometric_mean:.2f}" if some else "-"
            cells.append(f" {'':{self.widths[peer]}} {mean:>6}")
        return f"{'':8}" + "".join(cells) if self.peers else " " * self.width

    def mean_of_all(self, rows: Sequence[Row]) -> str:
        some = [row for row in rows if row.parts[self.part].ratio() is not None]
        mean = f"{summarise(some, self.part).geometric_mean:.2f}" if some else "-"
        return f"{mean:>{self.width}}"


def _worst(sums: Mapping[str, Sequence[Row]], columns: Iterable[_Column]) -> Iterator[str]:
    """Name the row with the lowest ratio in all of them, and in each kind of them that has several."""
    everything, rows = list(sums.items())[-1]
    groups = by_group(rows)
    for name, some in [(everything, rows), *((n, s) for n, s in sums.items() if n not in groups and n != everything)]:
        for column in columns:
            for peer in opponents(some, column.part):
                found = summarise(some, column.part, peer)
                row = found.worst_row
                place = f"{row.group} {row.name} ({row.shape})"
                yield f"{name}, {column.part}, {peer or _FASTEST}: {found.worst:.2f} at {place}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:8.3f}" if seconds < 1 else f"{seconds * 1e3:8.0f}"


def document(rows: Sequence[Row], machine: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run as JSON has it; times in seconds."""
    return {
        "machine": machine,
        "settings": settings,
        "rows": [_as_json(row) for row in rows],
        "summaries": [
            {"rows": name, "part": part, "peer": peer or _FASTEST, **_sums(some, part, peer)}
            for name, some in summed_up(rows).items()
            for part in rows[0].parts
            for peer in opponents(some, part)
        ],
    }


def _sums(rows: Sequence[Row], part: str, peer: str | None) -> dict[str, Any]:
    found = summarise(rows, part, peer)
    worst = f"{found.worst_row.group} {found.worst_row.name}"
    return {"count": found.rows, "geometric_mean": found.geometric_mean, "worst": found.worst, "worst_row": worst}


def say(text: str) -> None:
    """Tell who waits what happens; on the error stream, which no report goes to."""
    print(text, file=sys.stderr, flush=True)


def publish(path: Path, text: str, data: Mapping[str, Any]) -> None:
    """Print a text, and write it and its data beside each other: ``path.txt`` and ``path.json``."""
    print(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix, content in ((".txt", text), (".json", json.dumps(data, indent=1))):
        with replacing(path.with_suffix(suffix)) as temporary:
            temporary.write_text(content + "\n", encoding="utf-8")
    print(f"\nwritten: {path}.*")


def _as_json(row: Row) -> dict[str, Any]:
    parts = {
        part: {
            "timings": {side: timing._asdict() for side, timing in outcome.timings.items()},
            "ratios": {peer: outcome.ratio(peer) for peer in outcome.peers},
            "best_peer": outcome.best(),
            "ratio": outcome.ratio(),
            "difference": outcome.difference,
        }
        for part, outcome in row.parts.items()
    }
    work = {part: work._asdict() for part, work in row.work.items()}
    return {**row._asdict(), "work": work, "parts": parts}
