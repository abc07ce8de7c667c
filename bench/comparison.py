"""Side by side: what every command that measures against peers has in common.

It hands over cases, one after the other; here each is compared, timed, and made a row of the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from adim import plots
from adim.speed import Roof
from bench import machine, peers, plot, report
from bench.contest import OURS, Disagreement, Sides, Tolerance, hold
from bench.report import Row, Work


class Case(NamedTuple):
    """One thing to measure.

    Attributes
    ----------
    group, name, shape, work, kinds
        As in `bench.report.Row`.
    ours : Sides
        Our side of each part.
    arguments : tuple
        What peers make their sides of.
    tolerances : dict of str to Tolerance
        How far the results of each part may lie apart.
    """

    group: str
    name: str
    shape: str
    work: dict[str, Work]
    kinds: tuple[str, ...]
    ours: Sides
    arguments: tuple[Any, ...]
    tolerances: dict[str, Tolerance]

    @property
    def title(self) -> str:
        """What it is called where it stands alone."""
        return f"{self.group} {self.name} ({self.shape})"


class Comparison(NamedTuple):
    """What was measured, and with what."""

    what: str
    rows: list[Row]
    description: dict[str, Any]
    absent: dict[str, str]
    """Which sides could not take part, with the reason."""
    manners: dict[str, str]
    """How the peers are run."""


def compare(what: str, cases: Iterable[Case], *, peer: Sequence[str], threads: int, seconds: float) -> Comparison:
    """Measure cases one by one, and say on the error stream which is next.

    Parameters
    ----------
    what : str
        The command, which is also the name of the functions in the modules of `bench.peers`.
    cases : iterable of Case
        May be a generator, so that only one case is in memory at a time.
    peer : sequence of str
        Who is measured against, as far as installed.
    threads : int
        For each side.
    seconds : float
        How long each side of each part is timed.

    Raises
    ------
    Disagreement
        If a peer's result is not ours: names the case and the part.
    """
    names = peers.able(what, peer)
    if missing := [name for name in peer if what in peers.PEERS[name].work and name not in names]:
        report.say(f"not installed, so not measured: {', '.join(missing)} (pip install -e '.[bench]')")
    rows: list[Row] = []
    absent: dict[str, str] = {}
    with machine.observed(peers.versions(names)) as description:
        for case in cases:
            report.say(case.title)
            lineup = peers.line_up(what, *case.arguments, threads=threads, names=names)
            absent |= lineup.absent
            everyone = {OURS: case.ours} | lineup.sides
            parts = {}
            for part in case.ours:
                sides = {side: theirs[part] for side, theirs in everyone.items() if part in theirs}
                try:
                    parts[part] = hold(sides, tolerance=case.tolerances[part], seconds=seconds)
                except Disagreement as found:
                    raise Disagreement(f"{case.title}, {part}: {found}") from found
            rows.append(Row(case.group, case.name, case.shape, case.work, parts, case.kinds))
    return Comparison(what, rows, description, absent, peers.settings(what, names))


def present(comparison: Comparison, *, settings: Mapping[str, Any], out: Path, roof: Roof | None = None) -> None:
    """Print the table; write it, its JSON and its plot into `out`, and where a roof is given a picture of it too.

    Below the title stands how the peers are run, and below the table which of their sides could not take part.
    """
    what, rows, description, absent, manners = comparison
    title = report.headline(description, settings)
    text = "\n".join(
        [
            title,
            *(f"{name}: {manner}" for name, manner in manners.items()),
            *([] if roof is None else [f"the roof: {roof.peak:.1f} GFLOP/s, {roof.bandwidth:.1f} GB/s"]),
            "",
            report.table(rows),
            *(f"\nnot measured: {side}, {reason}" for side, reason in absent.items()),
        ]
    )
    name = out / f"{machine.stamp(description)}-{what}"
    data = report.document(rows, description, settings) | {"peers": manners, "absent": absent}
    if roof is not None:
        data["roof"] = roof._asdict()
    report.publish(name, text, data)
    if roof is not None:
        plots.save(plots.roofline(_points(rows), **roof._asdict()), name.with_name(f"{name.name}-roofline.png"))
    if any(outcome.peers for row in rows for outcome in row.parts.values()):
        plot.save(name.with_suffix(".png"), rows, title)


def _points(rows: Iterable[Row]) -> dict[str, list[tuple[float, float]]]:
    """Return our speeds and each peer's best, over the operations for each byte that has to be moved."""
    found: dict[str, list[tuple[float, float]]] = {OURS: []}
    for row in rows:
        for part, outcome in row.parts.items():
            amount, _, traffic = row.work[part]
            for who in (OURS, *outcome.peers):
                side = outcome.best(who) or OURS
                point = amount * 1e9 / traffic, amount / outcome.timings[side].median
                found.setdefault(who, []).append(point)
    return found
