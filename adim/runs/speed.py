"""How fast adim is on this machine: what `adim bench` measures, prints and keeps."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from adim import plots, speed
from adim.atomic import replacing
from adim.configs import number
from adim.engines.settings import usable_cores
from adim.runs.door import InputError, door
from adim.runs.machine import info
from adim.speed import Measurement, Roof

Part = Literal["layers", "training", "start"]

PARTS: tuple[Part, ...] = ("layers", "training", "start")
"""What can be measured."""


_FILE = "speed.json"


class Speed(NamedTuple):
    """What was measured.

    Attributes
    ----------
    machine : dict of str to str
        What it was measured with; see `info`.
    settings : dict of str to str
        How.
    roof : Roof or None
        What the machine could do; only beside layers.
    measurements : dict of str to list of Measurement
        By part.
    folder : Path or None
        Where it was written: ``speed.json``, and beside layers ``roofline.png``.
    """

    machine: dict[str, str]
    settings: dict[str, str]
    roof: Roof | None
    measurements: dict[str, list[Measurement]]
    folder: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain JSON; times in seconds."""
        parts = {
            part: [{**m._asdict(), "timing": m.timing._asdict(), "speed": m.speed} for m in some]
            for part, some in self.measurements.items()
        }
        roof = None if self.roof is None else self.roof._asdict()
        return {"machine": self.machine, "settings": self.settings, "roof": roof, "parts": parts}


def bench(
    parts: Sequence[Part] = PARTS,
    *,
    dtype: Literal["float32", "float64"] = "float32",
    threads: int | None = None,
    seconds: float = 0.3,
    output: str | os.PathLike[str] | None = None,
    tell: Callable[[str], object] | None = None,
) -> Speed:
    """Measure adim alone, on this machine.

    Parameters
    ----------
    parts : sequence of {"layers", "training", "start"}
        What to measure.
    dtype : {"float32", "float64"}
        What layers compute in; networks train in float32.
    threads : int, optional
        How many threads compute; as many as there are processors if left out.
    seconds : float
        How long each thing is timed, an hour at the most.
    output : path-like, optional
        A folder to write the results into: a new one, an empty one, or one with earlier results, which they replace.
    tell : callable, optional
        Called with what is measured next.

    Returns
    -------
    Speed

    Raises
    ------
    InputError
        If there is no such part, the seconds are none, or the folder cannot be made or has other things in it.
    """
    for part in parts:
        if part not in PARTS:
            raise InputError(f"there is no part {part!r} to measure; there are {', '.join(PARTS)}")
    with door():
        seconds = number("seconds", seconds, at_least=0, at_most=3600)
        folder = None if output is None else _make_folder(Path(output).expanduser())
    count = threads or usable_cores()
    settings = {"dtype": dtype, "threads": str(count), "seconds": f"{seconds:g}"}
    found: dict[str, list[Measurement]] = {}
    roof = None
    with speed.limited(count):
        if "layers" in parts:
            _say(tell, "what the machine can do")
            roof = speed.measure_roof(dtype, threads=count, seconds=seconds)
            found["layers"] = _told(speed.measure_layers(dtype, seconds=seconds), tell)
        if "training" in parts:
            found["training"] = _told(speed.measure_networks(seconds=seconds), tell)
    if "start" in parts:
        _say(tell, "the start of programs")
        found["start"] = speed.measure_start()
    result = Speed(info(), settings, roof, found, folder)
    if folder is not None:
        _write(result, folder)
    return result


def _make_folder(folder: Path) -> Path:
    """Make a folder, or find one that is empty or has earlier results; no other is written into."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / _FILE).exists():
        raise FileExistsError(f"the folder {folder} is not empty, and has no {_FILE} to replace; give a new one")
    return folder


def _told(measurements: Iterable[Measurement], tell: Callable[[str], object] | None) -> list[Measurement]:
    """Collect measurements, and tell of each thing once, when it has been measured."""
    found: list[Measurement] = []
    for measurement in measurements:
        if not found or found[-1].name != measurement.name:
            _say(tell, measurement.name)
        found.append(measurement)
    return found


def _say(tell: Callable[[str], object] | None, text: str) -> None:
    if tell is not None:
        tell(text)


def _write(result: Speed, folder: Path) -> None:
    with replacing(folder / _FILE) as temporary:
        temporary.write_text(json.dumps(result.as_json(), indent=1) + "\n", encoding="utf-8")
    if result.roof is not None:
        points = [(m.intensity, m.speed) for m in result.measurements["layers"]]
        plots.save(plots.roofline({"adim": points}, **result.roof._asdict()), folder / "roofline.png")
