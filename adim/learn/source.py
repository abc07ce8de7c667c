"""A submission's text: a Python file or a notebook, reduced to the statements that the eight functions need.

What else stands there, plots, examples, checks, calls of this very course, is not run: it may take long or fail, and
says nothing about the functions. Lines keep their places, so that a message can name them.
"""

from __future__ import annotations

import ast
import dis
import io
import re
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from os import PathLike
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from adim.learn.exercises import EXERCISES
from adim.learn.languages import Text, preferred

_NO_FILE = Text(en="there is no file {path}", tr="{path} diye bir dosya yok")
_NO_SUBMISSION = Text(
    en="a submission must be a .py or .ipynb file; got {path}",
    tr="teslim edilecek dosya .py ya da .ipynb olmalı; verilen: {path}",
)
_TOO_LONG = Text(
    en="a submission must have at most {limit} MiB; {path} has more",
    tr="teslim edilecek dosya en çok {limit} MiB olabilir; {path} daha büyük",
)
_NO_TEXT = Text(
    en="{path} is no text in UTF-8: {error}; save it as UTF-8",
    tr="{path} UTF-8 ile yazılmış bir metin değil: {error}; dosyayı UTF-8 olarak kaydet",
)
_NO_NOTEBOOK = Text(
    en="{path} is no notebook that can be read: {error}", tr="{path} okunabilir bir defter değil: {error}"
)

LONGEST = 5 * 2**20  # bytes of a submission that is read; a notebook with pictures is large
RUN_ON = ("%%time", "%%timeit", "%%capture", "%%prun")  # cell magics under which there is Python

_HEAD = re.compile(r"def (\w+)")


class Submission(NamedTuple):
    """What a learner handed in.

    Attributes
    ----------
    path : Path
        Where it is.
    code : str
        The Python in it that the exercises need; all other lines are empty.
    functions : tuple of str
        The exercises that it defines.
    begun : tuple of str
        Those that it sets out to define, in lines that need not be Python.
    broken : tuple of (int, str)
        The lines in which it is not Python, with the interpreter's words.
    cells : tuple of int
        For a notebook, the line of `code` in which each code cell begins.
    """

    path: Path
    code: str
    functions: tuple[str, ...]
    begun: tuple[str, ...] = ()
    broken: tuple[tuple[int, str], ...] = ()
    cells: tuple[int, ...] = ()

    def place(self, line: int) -> tuple[int, int]:
        """Return the code cell, counted from 1, and the line in it; cell 0 for a file without cells.

        Examples
        --------
        >>> Submission(Path("a.ipynb"), "", (), cells=(1, 6)).place(7)
        (2, 2)
        """
        cell = bisect_right(self.cells, line)
        return cell, line - (self.cells[cell - 1] - 1 if cell else 0)


def read(path: str | PathLike[str]) -> Submission:
    """Read a submission.

    Parameters
    ----------
    path : str or path-like
        A ``.py`` or ``.ipynb`` file.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is no Python file or notebook, or too large.
    """
    path = Path(path)
    if path.suffix.lower() not in {".py", ".ipynb"}:
        raise ValueError(_NO_SUBMISSION.into(preferred(), path=path))
    if not path.is_file():
        raise FileNotFoundError(_NO_FILE.into(preferred(), path=path))
    with path.open("rb") as file:
        data = file.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise ValueError(_TOO_LONG.into(preferred(), path=path, limit=LONGEST // 2**20))
    notebook = path.suffix.lower() == ".ipynb"
    return parse(path, _cells(data, path) if notebook else [_decoded(data, path)], notebook=notebook)


def parse(path: Path, cells: Sequence[str], *, notebook: bool = False) -> Submission:
    r"""Return a submission of these cells of Python, a file being one cell.

    Examples
    --------
    >>> submission = parse(Path("a.py"), ["import numpy as np\nprint(7)\ndef zero_pad(X, pad):\n    return np.pad"])
    >>> submission.functions, submission.code.splitlines()
    (('zero_pad',), ['import numpy as np', '', 'def zero_pad(X, pad):', '    return np.pad'])
    """
    lines: list[str] = []
    starts, broken, statements = [], [], []
    for cell in cells:
        starts.append(len(lines) + 1)
        for first, text in _pieces(cell):
            try:
                tree = _parsed(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                at = getattr(error, "lineno", None) or 1
                broken.append((len(lines) + first + at, f"{type(error).__name__}: {getattr(error, 'msg', error)}"))
                continue
            statements += [ast.increment_lineno(statement, len(lines) + first) for statement in tree.body]
        lines += cell.split("\n")
    wanted = needed(statements, EXERCISES)
    keep = {line for s in wanted for line in range(_first_line(s), (s.end_lineno or s.lineno) + 1)}
    code = "\n".join(text if number in keep else "" for number, text in enumerate(lines, start=1))
    bound = set(chain.from_iterable(map(_binds, (s for s in wanted if not isinstance(s, ast.Import | ast.ImportFrom)))))
    functions = tuple(name for name in EXERCISES if name in bound)
    heads = {match[1] for line in lines if (match := _HEAD.match(line))}
    begun = tuple(name for name in EXERCISES if name in functions or name in heads)
    return Submission(path, code, functions, begun, tuple(broken), tuple(starts) if notebook else ())


def needed(statements: Sequence[ast.stmt], names: Iterable[str]) -> list[ast.stmt]:
    r"""Return the statements that define these names, and those that they need in turn, in their order.

    Examples
    --------
    >>> tree = ast.parse("import os\nimport numpy as np\nside = 3\ndef f(x):\n    return np.ones(side)\nf(1)")
    >>> [ast.unparse(statement).partition("\n")[0] for statement in needed(tree.body, ["f"])]
    ['import numpy as np', 'side = 3', 'def f(x):']
    """
    binds = [set(_binds(statement)) for statement in statements]
    chosen = {n for n, statement in enumerate(statements) if _imports_all(statement)}
    known: set[str] = set()
    new = set(names)
    while new:
        known |= new
        found = {n for n, bound in enumerate(binds) if bound & new} - chosen
        chosen |= found
        new = {name for n in found for name in loads(statements[n])} - known
    return [statements[n] for n in sorted(chosen)]


# -- text --------------------------------------------------------------------------------------------------------------


def _decoded(data: bytes, path: Path) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding).read()
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise ValueError(_NO_TEXT.into(preferred(), path=path, error=error)) from error


def _cells(data: bytes, path: Path) -> list[str]:
    """Return the Python of a notebook's code cells; magics, which only a notebook understands, become empty lines."""
    import nbformat  # noqa: PLC0415 - only notebooks need it

    try:
        with warnings.catch_warnings(action="ignore"):
            notebook: Any = nbformat.reads(data.decode("utf-8-sig"), as_version=4)  # type: ignore[no-untyped-call]
        sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except Exception as error:  # a notebook that is none fails in many ways
        raise ValueError(_NO_NOTEBOOK.into(preferred(), path=path, error=str(error)[:200])) from error
    return list(map(_without_magics, sources))


def _without_magics(source: str) -> str:
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(RUN_ON):
        return "\n" * (len(lines) - 1)
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)


def _pieces(cell: str) -> Iterator[tuple[int, str]]:
    """Return a cell in one piece where it is Python, and each of its top-level blocks alone where it is not."""
    try:
        _parsed(cell)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        lines = cell.split("\n")
        starts = [n for n, line in enumerate(lines) if line[:1] not in {"", " ", "\t", "#", ")", "]", "}"}]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            yield start, "\n".join(lines[start:end])
    else:
        yield 0, cell


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings(action="ignore"):  # an invalid escape is the learner's, and no error
        return ast.parse(text)


# -- names -------------------------------------------------------------------------------------------------------------


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _binds(statement: ast.stmt) -> Iterator[str]:
    """Return the names that a top-level statement gives a meaning."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import():
            yield from ((alias.asname or alias.name.partition(".")[0]) for alias in statement.names)
        case ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in statement.names)
        case ast.Expr():
            return  # a walrus at the top level is not worth running a print for
        case _:
            for node in ast.iter_child_nodes(statement):
                if isinstance(node, ast.stmt):
                    yield from _binds(node)
                else:
                    yield from (
                        inner.id
                        for inner in ast.walk(node)
                        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
                    )
            for handler in getattr(statement, "handlers", []):
                for inner in handler.body:
                    yield from _binds(inner)


def loads(statement: ast.stmt) -> Iterator[str]:
    r"""Return the global names that a statement looks up, in the functions that it defines, too.

    Examples
    --------
    >>> tree = ast.parse("def f(x, n=size):\n    y = np.ones(n)\n    return [g(y) for y in x]")
    >>> sorted(loads(tree.body[0]))
    ['g', 'np', 'size']
    """
    try:
        waiting = [compile(ast.Module([statement], []), "", "exec", dont_inherit=True)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it would fail as well when it is run
        return
    while waiting:
        code = waiting.pop()
        for instruction in dis.get_instructions(code):
            if instruction.opname in {"LOAD_GLOBAL", "LOAD_NAME"}:
                yield str(instruction.argval)
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _imports_all(statement: ast.stmt) -> bool:
    """Say whether nobody knows which names an import binds, or whether it changes how all is read."""
    return isinstance(statement, ast.ImportFrom) and (
        statement.module == "__future__" or any(alias.name == "*" for alias in statement.names)
    )
