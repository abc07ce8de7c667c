"""What a kernel is told: a row of 64-bit integers with names, written by Python and read by compiled code.

Addresses and sizes are in bytes. A record is a NumPy array, so records can lie one after the other in a table.
"""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from adim.engines.compiled.language import Function, Value

Row = npt.NDArray[np.int64]
_Byte = ctypes.c_char


def address(array: Any) -> int:
    """Return where the first number of an array lies, whose numbers are adjacent."""
    try:
        return ctypes.addressof(_Byte.from_buffer(array))  # takes a fifth of the time of NumPy's own answer
    except (TypeError, ValueError):  # it is read-only, or empty
        return int(array.__array_interface__["data"][0])


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

    def read(self, function: Function, address: Value) -> Any:
        """Return what compiled code reads at an address, field by field, here and only here."""
        return SimpleNamespace(**{name: function.load(address + 8 * place) for name, place in self.place.items()})
