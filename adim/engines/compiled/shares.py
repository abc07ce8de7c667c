"""How work is shared out: a task does some rows of some images, or some channels of one row, and meets no other task.

Whoever works on channels-last images row by row is told the same: which images, which rows, which channels. Where the
images are small, a task has several of them; where they are large, some rows of one; and where that still leaves
threads idle, as when a whole image becomes one pixel, a part of the channels.
"""

from __future__ import annotations

from typing import Any, NamedTuple

FIELDS = (
    "images",
    "images_per_task",
    "rows",  # of an image
    "rows_per_task",
    "bands",  # into which an image's rows are parted
    "channels",
    "channels_per_task",
    "parts",  # into which the channels are parted
)
"""Fields of a record that say how work is shared out."""

_LEAST = 24 << 10  # bytes that make a task of their own worth while


class Shares(NamedTuple):
    """What all tasks together do, and how much of it each does."""

    images: int
    images_per_task: int
    rows: int
    rows_per_task: int
    channels: int
    channels_per_task: int

    @property
    def bands(self) -> int:
        """Into how many bands an image is parted."""
        return -(-self.rows // self.rows_per_task)

    @property
    def parts(self) -> int:
        """Into how many parts the channels are parted."""
        return -(-self.channels // self.channels_per_task)

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return -(-self.images // self.images_per_task) * self.bands * self.parts

    def fields(self) -> dict[str, int]:
        """Return the fields of a record."""
        return {**self._asdict(), "bands": self.bands, "parts": self.parts}


def shares(images: int, rows: int, channels: int, *, size: int, count: int, block: int, most: int) -> Shares:
    """Share out work.

    Parameters
    ----------
    images, rows, channels : int
        What there is to do.
    size : int
        Bytes that all of it reads and writes.
    count : int
        How many threads there are.
    block : int
        Channels that stay together.
    most : int
        Bytes that a task should read and write at the most, however few threads there are.
    """
    wanted = 1 if count == 1 else min(4 * count, size // _LEAST)
    wanted = max(wanted, -(-size // most), 1)
    images_per_task = max(images // wanted, 1)
    bands = min(rows, max(wanted // images, 1))
    rows_per_task = -(-rows // bands)
    blocks = -(-channels // block)
    idle = min(wanted, count) // (-(-images // images_per_task) * bands)
    return Shares(images, images_per_task, rows, rows_per_task, channels, -(-blocks // max(idle, 1)) * block)


class Share:
    """What one task does, as compiled code sees it.

    Attributes
    ----------
    first_image, end_image, first_row, end_row : Value
        Which images, and which of their rows.
    first_channel, channels : Value
        Which channels.
    """

    def __init__(self, f: Any, r: Any, task: Any) -> None:
        part, task = task % r.parts, task // r.parts
        band, task = task % r.bands, task // r.bands
        self.first_image = task * r.images_per_task
        self.end_image = f.smaller(self.first_image + r.images_per_task, r.images)
        self.first_row = band * r.rows_per_task
        self.end_row = f.smaller(self.first_row + r.rows_per_task, r.rows)
        self.first_channel = part * r.channels_per_task
        self.channels = f.smaller(r.channels_per_task, r.channels - self.first_channel)
