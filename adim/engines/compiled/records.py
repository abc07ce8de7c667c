"""What a kernel is told: a row of 64-bit integers with names, written by Python and read by compiled code.

Addresses and sizes are in bytes. What follows from shapes is worked out once, in a `Layout.record` that is kept; what
changes from call to call, which is where the arrays are, goes into a short `Layout.call` that points to it.
"""

from __future__ import annotations

import ctypes
import sys
from array import array
from struct import Struct
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from adim.engines.compiled.language import Function, Value

Row = npt.NDArray[np.int64]


class Layout:
    """The names of a record's fields, in order.

    Examples
    --------
    >>> layout = Layout("rows", "columns")
    >>> layout.record(columns=3, rows=2)
    array([2, 3])
    """

    def __init__(self, *names: str) -> None:
        self.names = names
        self.place = {name: number for number, name in enumerate(names)}

    @property
    def size(self) -> int:
        """Bytes of a record."""
        return 8 * len(self.names)

    def record(self, **fields: int) -> Row:
        """Return a record with these fields; all must be given, and no other."""
        if fields.keys() != self.place.keys():
            raise TypeError(f"not in both the layout and the record: {sorted(fields.keys() ^ self.place.keys())}")
        return np.array([fields[name] for name in self.names], np.int64)

    def call(self, *fields: int) -> array[int]:
        """Return a record that is quickly made: its fields, in order."""
        return array("q", fields)

    def at(self, address: Value, name: str) -> Value:
        """Return where a field of the record at an address lies, for compiled code to write there."""
        return address + 8 * self.place[name]

    def read(self, function: Function, address: Value) -> Any:
        """Return what compiled code reads at an address, field by field, here and only here."""
        return SimpleNamespace(**{name: function.load(address + 8 * place) for name, place in self.place.items()})


def bits(number: float) -> int:
    """Return a float64 as a field of a record, in which compiled code finds it again.

    Examples
    --------
    >>> bits(2.0) == 0x4000_0000_0000_0000
    True
    """
    return _INTEGER.unpack(_FLOAT.pack(number))[0]  # type: ignore[no-any-return]


def address(array: npt.NDArray[Any]) -> int:
    """Return where the numbers of a contiguous array lie: what NumPy keeps right behind the head of its object."""
    if _KNOWN:
        return ctypes.c_int64.from_address(id(array) + _HEAD).value
    return int(array.ctypes.data)


def _is_known() -> bool:
    """Return whether an array's address is where NumPy's headers say; looking there takes a quarter of the time."""
    if sys.implementation.name != "cpython":
        return False
    array = np.zeros(3)
    return ctypes.c_int64.from_address(id(array) + _HEAD).value == array.ctypes.data


_HEAD = object.__basicsize__
_FLOAT, _INTEGER = Struct("=d"), Struct("=q")
_KNOWN = _is_known()
