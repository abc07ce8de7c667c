"""A call of a learner's function, and what came of it: an answer, an error, output, changed arguments.

This file imports nothing of ours, only NumPy and Python's own library: the sandbox runs it in a process of its own,
where the rest of adim is out of a submission's reach. What crosses the border are the bytes of `dump`, in which there
is no code.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import math
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from types import ModuleType
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
End: TypeAlias = Literal["returned", "raised", "ran out of time", "ran out of memory", "died", "was not reached"]

TEXT = 2_000  # characters of what a function prints, and of an error's message, that are kept
DEPTH = 8  # so deep may tuples, lists and dicts lie in each other
ITEMS = 10_000  # so many things may they hold


class Case(NamedTuple):
    """A call to make.

    Attributes
    ----------
    aspect : str
        What it puts to the test: one of the aspects in `adim.learn.cases`.
    arguments : dict of str to object
        The arguments by the course's names, in the order in which they are passed.
    strided : bool
        Whether arrays are passed as views that are not contiguous.
    """

    aspect: str
    arguments: Mapping[str, Any]
    strided: bool = False

    @property
    def size(self) -> int:
        """How many numbers are passed."""
        return sum(map(_size, self.arguments.values()))


class Task(NamedTuple):
    """A function to call.

    Attributes
    ----------
    function : str
        Its name.
    cases : tuple of Case
        The calls.
    substitutes : tuple of str
        Functions of `HELPERS` that take the place of the learner's own meanwhile.
    """

    function: str
    cases: tuple[Case, ...]
    substitutes: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What came of a call.

    Attributes
    ----------
    end : str
        How it ended.
    value : object
        What was returned: arrays, numbers, strings, None, and tuples, lists and dicts of them; `Other` for all else.
    error, message : str
        The name of the exception's type, and its message.
    line : int or None
        The line of the learner's source in which it was raised, counted from 1 in their file.
    modified : tuple of str
        The arguments that were not the same after the call.
    printed : int
        How many characters the call printed.
    text : str
        The first of them.
    """

    end: End
    value: Any = None
    error: str = ""
    message: str = ""
    line: int | None = None
    modified: tuple[str, ...] = ()
    printed: int = 0
    text: str = ""


class Other(NamedTuple):
    """A returned thing that is no array, number, string or collection of them: only its type is told."""

    type: str


class Program(NamedTuple):
    """A submission that was run: the names that it defined, and the lines that failed, with their errors."""

    names: dict[str, Any]
    failures: tuple[tuple[int, str], ...]


HELPERS: dict[str, Callable[..., Any]] = {
    "zero_pad": lambda X, pad: np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0))),
    "conv_single_step": lambda a_slice_prev, W, b: np.sum(a_slice_prev * W) + np.asarray(b).ravel()[0],
    "create_mask_from_window": lambda x: x == np.max(x),
    "distribute_value": lambda dz, shape: np.full(shape, dz / (shape[0] * shape[1])),
}
"""The small exercises, done right, for the functions that are built of them."""


# -- running -----------------------------------------------------------------------------------------------------------


def load_program(code: str, file: str) -> Program:
    r"""Run a submission, statement by statement: one that fails does not keep the others from being run.

    What cannot be imported or made is bound to a stand-in that says so when it is used, since many a notebook imports
    what its functions do not need.

    Parameters
    ----------
    code : str
        Python source.
    file : str
        The name under which tracebacks know it.

    Examples
    --------
    >>> program = load_program("import nowhere\ndouble = lambda x: 2 * x\nx = 1 / 0", "solution.py")
    >>> program.names["double"](4), program.failures
    (8, ((3, 'ZeroDivisionError: division by zero'),))
    """
    module = sys.modules["submission"] = ModuleType("submission")  # where dataclasses and others look their module up
    names = module.__dict__
    names["__file__"] = file
    failures = []
    try:
        statements = ast.parse(code, file).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Program(names, ((getattr(error, "lineno", None) or 1, _told(error)),))
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    flags = 0
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            flags |= annotations.compiler_flag
        try:
            compiled = compile(ast.Module([statement], []), file, "exec", flags, dont_inherit=True)
            exec(compiled, names)  # noqa: S102 - a sandbox is for this
        except BaseException as error:  # noqa: BLE001 - whatever a submission raises, SystemExit too
            names.update(_absent(statement, error))
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                failures.append((statement.lineno, _told(error)))
    return Program(names, tuple(failures))


def perform(task: Task, names: dict[str, Any], file: str) -> Iterator[Outcome]:
    """Make the calls of a task, one after another."""
    with _substituted(names, task.substitutes):
        for case in task.cases:
            yield attempt(names.get(task.function), case, file=file)


def attempt(function: Any, case: Case, *, file: str) -> Outcome:
    """Call a function with copies of a case's arguments, and tell what came of it.

    Parameters
    ----------
    function : callable
        The learner's.
    case : Case
        The call.
    file : str
        The name of the learner's source, to find the line of an error.

    Raises
    ------
    KeyboardInterrupt
        If the user wants no more.

    Examples
    --------
    >>> def double(x):
    ...     x *= 2
    ...     return x
    >>> attempt(double, Case("", {"x": np.ones(2)}), file="")[:2], attempt(double, Case("", {"x": 3}), file="").modified
    (('returned', array([2., 2.])), ())
    >>> attempt(double, Case("", {"x": np.ones(2)}), file="").modified
    ('x',)
    """
    given = {name: _copy(value, case.strided) for name, value in case.arguments.items()}
    printed = _Printed()
    end: End = "returned"
    value, error, message, line = None, "", "", None
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(action="ignore"),  # what warns is not wrong
        np.errstate(all="ignore"),
    ):
        try:
            value = plain(function(*given.values()))
        except KeyboardInterrupt:
            raise
        except BaseException as raised:  # noqa: BLE001 - as above
            end = "ran out of memory" if isinstance(raised, MemoryError) else "raised"
            error, message = type(raised).__name__, _message(raised)
            line = _line(raised, file)
    modified = tuple(name for name, old in case.arguments.items() if not same(plain(given[name]), plain(old)))
    return Outcome(end, value, error, message, line, modified, printed.length, printed.kept)


@contextlib.contextmanager
def _substituted(names: dict[str, Any], substitutes: Sequence[str]) -> Iterator[None]:
    """Put right helpers in the place of the learner's own."""
    own = {name: names[name] for name in substitutes if name in names}
    names.update({name: HELPERS[name] for name in own})
    try:
        yield
    finally:
        names.update(own)


class _Absent:
    """What could not be imported or made; whoever uses it gets the error that was raised then."""

    def __init__(self, why: BaseException) -> None:
        self.__dict__["why"] = why

    def __getattr__(self, name: str) -> Any:
        raise self.__dict__["why"]

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise self.__dict__["why"]


def _absent(statement: ast.stmt, why: BaseException) -> dict[str, Any]:
    """Return stand-ins for what a statement would have bound; the lessons take small exercises from `adim.steps`."""
    match statement:
        case ast.ImportFrom():
            ours = HELPERS if statement.module in {"adim", "adim.steps"} else {}
            return {n.asname or n.name: ours.get(n.name) or _Absent(why) for n in statement.names if n.name != "*"}
        case ast.Import():
            return {name.asname or name.name.partition(".")[0]: _Absent(why) for name in statement.names}
        case ast.FunctionDef() | ast.ClassDef():
            return {statement.name: _Absent(why)}
        case ast.Assign():
            return {target.id: _Absent(why) for target in statement.targets if isinstance(target, ast.Name)}
        case _:
            return {}


class _Printed(io.TextIOBase):
    """Takes what is printed, keeps the beginning, and counts the rest."""

    def __init__(self) -> None:
        self.kept = ""
        self.length = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        self.kept += str(text)[: TEXT - len(self.kept)]
        self.length += len(text)
        return len(text)


def _line(raised: BaseException, file: str) -> int | None:
    """Return the innermost line of the learner's file in a traceback."""
    lines = [line for frame, line in traceback.walk_tb(raised.__traceback__) if frame.f_code.co_filename == file]
    return lines[-1] if lines else None


def _message(raised: BaseException) -> str:
    try:
        return str(raised)[:TEXT]
    except BaseException:  # noqa: BLE001 - a learner's class may raise anything when it is printed
        return ""


def _told(raised: BaseException) -> str:
    return f"{type(raised).__name__}: {_message(raised)}"


def _size(value: Any) -> int:
    return sum(map(_size, value)) if isinstance(value, tuple) else 0 if isinstance(value, dict) else int(np.size(value))


def _copy(value: Any, strided: bool) -> Any:
    match value:
        case np.ndarray() if strided and value.ndim:
            wide = np.zeros((*value.shape[:-1], 2 * value.shape[-1]), value.dtype)
            wide[..., ::2] = value
            return wide[..., ::2]
        case np.ndarray():
            return value.copy()
        case tuple() | list():
            return type(value)(_copy(item, strided) for item in value)
        case dict():
            return {key: _copy(item, strided) for key, item in value.items()}
        case _:
            return value


# -- values ------------------------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """Return a copy of what a function returned in which nothing can act: no subclass, no object with own methods.

    Examples
    --------
    >>> plain((np.float32(2), [True, {"stride": 1}], object()))
    (np.float32(2.0), [True, {'stride': 1}], Other(type='object'))
    """
    budget = [ITEMS]
    return _plain(value, DEPTH, budget)


def _plain(value: Any, depth: int, budget: list[int]) -> Any:
    kind = type(value)
    budget[0] -= 1
    if budget[0] < 0 or depth < 0:
        return Other("too many things in each other")
    if issubclass(kind, np.ndarray):
        array = np.array(np.ndarray.view(value, np.ndarray))  # the base class's own view, whatever the subclass says
        return array if array.dtype.kind in "biuf" else Other(f"array of dtype {array.dtype}")
    if issubclass(kind, np.generic):
        return kind(value) if kind.__module__ == "numpy" and np.dtype(kind).kind in "biuf" else Other(kind.__name__)
    if kind in {bool, float, str, type(None)}:
        return value[:TEXT] if kind is str else value
    if kind is int:
        return value if abs(value) < 2**63 else Other("int beyond 64 bits")
    if issubclass(kind, tuple) and not isinstance(value, Other):
        return tuple(_plain(item, depth - 1, budget) for item in islice(tuple.__iter__(value), budget[0] + 1))
    if issubclass(kind, list):
        return [_plain(item, depth - 1, budget) for item in islice(list.__iter__(value), budget[0] + 1)]
    if issubclass(kind, dict) and all(type(key) is str for key in dict.keys(value)):
        return {key: _plain(item, depth - 1, budget) for key, item in islice(dict.items(value), budget[0] + 1)}
    return value if kind is Other else Other(kind.__name__)


def same(one: Any, other: Any) -> bool:
    """Say whether two plain values are equal, entry by entry, NaN equal to itself.

    Examples
    --------
    >>> same((np.ones(2), {"pad": 1}), (np.ones(2), {"pad": 1})), same(np.ones(2), np.ones(1))
    (True, False)
    """
    if type(one) is not type(other):
        return False
    match one:
        case np.ndarray():
            return one.shape == other.shape and one.dtype == other.dtype and bool(
                np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
            )  # fmt: skip
        case tuple() | list():
            return len(one) == len(other) and all(map(same, one, other))
        case dict():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        case float() | np.floating():
            return bool(one == other or (math.isnan(one) and math.isnan(other)))
        case _:
            return bool(one == other)


# -- bytes -------------------------------------------------------------------------------------------------------------

_RECORDS: dict[str, Any] = {kind.__name__: kind for kind in (Case, Task, Outcome, Other)}


def dump(value: Any) -> bytes:
    """Write a plain value, or records of this room that hold such, as bytes.

    Raises
    ------
    TypeError
        If there is something else in it.

    Examples
    --------
    >>> load(dump(Case("stride", {"x": np.arange(3), "pad": 1})))
    Case(aspect='stride', arguments={'x': array([0, 1, 2]), 'pad': 1}, strided=False)
    """
    arrays: list[bytes] = []
    tree = json.dumps(_packed(value, arrays)).encode()
    return b"".join([len(tree).to_bytes(8, "little"), tree, *arrays])


def load(data: bytes) -> Any:
    """Read what `dump` wrote.

    Bytes of somebody else do no harm: nothing in them is run, and no more memory is taken than they have.

    Raises
    ------
    ValueError
        If `dump` did not write them.
    """
    size = int.from_bytes(data[:8], "little")
    if size > len(data) - 8:
        raise ValueError(f"a value must have {size} bytes of description; got {len(data) - 8}")
    try:
        return _unpacked(json.loads(data[8 : 8 + size]), io.BytesIO(data[8 + size :]))
    except (TypeError, KeyError, IndexError, AttributeError, RecursionError, ValueError) as error:
        raise ValueError(f"these bytes do not describe a value ({type(error).__name__}: {error})") from None


def _packed(value: Any, arrays: list[bytes]) -> Any:
    match value:
        case bool() | str() | None:
            return value
        case np.generic() | np.ndarray():
            array = np.asarray(value)
            arrays.append(array.tobytes())
            return ["scalar" if isinstance(value, np.generic) else "array", array.dtype.str, list(array.shape)]
        case int() | float():
            return value
        case tuple() if type(value).__name__ in _RECORDS:
            return [type(value).__name__, *(_packed(item, arrays) for item in value)]
        case tuple() | list():
            return [type(value).__name__, *(_packed(item, arrays) for item in value)]
        case Mapping():
            return {key: _packed(item, arrays) for key, item in value.items()}
        case _:
            raise TypeError(f"a value holds arrays, numbers, strings and collections of them; got {type(value)}")


def _unpacked(tree: Any, arrays: io.BytesIO) -> Any:
    match tree:
        case dict():
            return {key: _unpacked(item, arrays) for key, item in tree.items()}
        case ["array" | "scalar" as kind, str(dtype), [*shape]]:
            array = _read(dtype, shape, arrays)
            return array if kind == "array" else array[()]
        case ["tuple", *items]:
            return tuple(_unpacked(item, arrays) for item in items)
        case ["list", *items]:
            return [_unpacked(item, arrays) for item in items]
        case [str(kind), *items]:
            return _RECORDS[kind](*(_unpacked(item, arrays) for item in items))
        case _:
            return tree


def _read(dtype: str, shape: Sequence[int], arrays: io.BytesIO) -> Array:
    if not re.fullmatch(r"[<>|][biuf]\d{1,2}", dtype) or len(shape) > 32:  # NumPy would take a whole language for one
        raise ValueError(f"no array of numbers: dtype {dtype}, shape {shape}")
    if not all(type(n) is int and 0 <= n < 2**32 for n in shape):
        raise ValueError(f"a shape holds whole numbers below 2**32; got {shape}")
    number = np.dtype(dtype)
    size = math.prod(shape) * number.itemsize
    data = arrays.read(min(size, len(arrays.getbuffer())))
    array = np.frombuffer(data, number).reshape(shape)  # refuses what is too short
    return np.asarray(array.view(np.uint8) != 0) if number.kind == "b" else array.copy()  # a byte of 7 is no boolean
