"""A run as a picture: the ratio of every row and part, on a scale where twice as fast and half as fast lie alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from statistics import geometric_mean
from textwrap import fill

from adim.atomic import replacing
from bench.report import Row, by_group, peers_of

_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")  # Okabe and Ito: told apart by colour-blind eyes too
_LETTERS = 150  # of the title, beside each other
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def save(path: Path, rows: Sequence[Row], headline: str) -> None:
    """Draw rows in which a peer took part, a line each and grouped as they are, into a PNG file."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, only when needed
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: PLC0415 - heavy, only when needed

    lines: list[Row | str] = []
    for group, members in by_group(rows).items():
        lines += [group, *members]
    figure = Figure(figsize=(11, 2 + 0.22 * len(lines)), layout="constrained")
    axes = figure.add_subplot()
    series = [(part, peer) for part in rows[0].parts for peer in peers_of(rows, part)]
    for (part, peer), color, marker in zip(series, cycle(_COLORS), cycle(_MARKERS), strict=False):
        ratios = [(row.parts[part].ratio(peer), y) for y, row in enumerate(lines) if isinstance(row, Row)]
        places = [(ratio, y) for ratio, y in ratios if ratio is not None]
        mean = geometric_mean(ratio for ratio, _ in places)
        label = f"{part}, {peer} (geometric mean {mean:.2f})"
        axes.plot(*zip(*places, strict=True), marker, color=color, alpha=0.8, label=label)
        axes.axvline(mean, color=color, linewidth=1, linestyle=":")
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(LogLocator(base=2))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}" if ratio >= 1 else f"1/{1 / ratio:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("the peer's time / ours: right of 1, adim is faster")
    labels = [f"{row.name}  {row.shape}" if isinstance(row, Row) else row for row in lines]
    axes.set_yticks(range(len(lines)), labels, fontsize=8)
    for tick, row in zip(axes.get_yticklabels(), lines, strict=True):
        tick.set_fontweight("normal" if isinstance(row, Row) else "bold")
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=2)
    axes.set_title("\n".join(fill(line, _LETTERS) for line in headline.splitlines()), fontsize=7, loc="left")
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)
