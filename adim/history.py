"""What training measured, epoch by epoch: the record that curves, reports and CSV files are made of."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Mapping

from adim.atomic import replacing


class History:
    """The numbers of each epoch.

    Attributes
    ----------
    epoch : list of int
        The epochs, which count from 0.
    history : dict of str to list of float
        One list for each number that was logged, as long as `epoch`: NaN stands where an epoch did not log it.

    Examples
    --------
    >>> record = History()
    >>> record.append(0, {"loss": 2.3})
    >>> record.append(1, {"loss": 1.9, "val_loss": 2.0})
    >>> record.history
    {'loss': [2.3, 1.9], 'val_loss': [nan, 2.0]}
    """

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def append(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Add the numbers of one epoch."""
        for name in logs:
            self.history.setdefault(name, [math.nan] * len(self.epoch))
        for name, column in self.history.items():
            column.append(float(logs.get(name, math.nan)))
        self.epoch.append(int(epoch))

    def write_csv(self, path: str | os.PathLike[str], separator: str = ",") -> None:
        """Write a table with a row per epoch, in full precision; an existing file is replaced in one step.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=separator, lineterminator="\n")
            writer.writerow(["epoch", *self.history])
            writer.writerows(zip(self.epoch, *self.history.values(), strict=True))

    @classmethod
    def read_csv(cls, path: str | os.PathLike[str], separator: str = ",") -> History:
        """Read what `write_csv` wrote.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If it is no such table; the message names the file and the line.
        """
        with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123 - takes any path-like
            try:
                rows = list(csv.reader(file, delimiter=separator, strict=True))
            except (csv.Error, UnicodeDecodeError) as error:
                raise ValueError(f"{os.fspath(path)} is no CSV file: {error}") from error
        header, *body = rows or [[]]
        if header[:1] != ["epoch"] or len(set(header)) != len(header):
            raise ValueError(
                f"{os.fspath(path)} is no history: its first line must name different columns, the first 'epoch', "
                f"separated by {separator!r}; got {header!r:.120}"
            )
        record = cls()
        for line, row in enumerate(body, start=2):
            try:
                values = dict(zip(header[1:], map(float, row[1:]), strict=True))
                record.append(int(row[0]), values)
            except (ValueError, IndexError) as error:
                raise ValueError(
                    f"{os.fspath(path)}, line {line}: expected {len(header)} numbers, got {row!r:.120}"
                ) from error
        return record
