"""Which lines of a function a hint is about: those that set a window's corners, that add up, that return."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias

Test: TypeAlias = Callable[[ast.AST, frozenset[str]], bool]


def lines(function: ast.FunctionDef, look: str) -> tuple[int, ...]:
    r"""Return the lines of a function that are of a kind; the line of its name where there are none.

    Parameters
    ----------
    function : ast.FunctionDef
        The function, with the line numbers of its file.
    look : str
        The kind, one of `KINDS`.

    Examples
    --------
    >>> tree = ast.parse("def f(x, stride):\n    start = 2 * stride\n    return x[start : start + 2]")
    >>> lines(tree.body[0], "corners"), lines(tree.body[0], "window"), lines(tree.body[0], "mask")
    ((2, 3), (3,), (1,))
    """
    test, bounds = KINDS[look], frozenset(_bounds(function))
    found = {s.lineno for s in _statements(function) if any(test(node, bounds) for node in _own(s))}
    return tuple(sorted(found)) or (function.lineno,)


def _statements(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    return (node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function)


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """Return what stands in a statement itself, not in the statements under it."""
    yield statement
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt):
            yield from ast.walk(child)


def _bounds(function: ast.FunctionDef) -> Iterator[str]:
    """Return the names that slices begin or end with."""
    for node in ast.walk(function):
        if isinstance(node, ast.Slice):
            for bound in filter(None, (node.lower, node.upper)):
                yield from (inner.id for inner in ast.walk(bound) if isinstance(inner, ast.Name))


def _calls(*names: str) -> Test:
    def test(node: ast.AST, _: frozenset[str]) -> bool:
        if not isinstance(node, ast.Call):
            return False
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name in names

    return test


def _operates(*kinds: type[ast.operator]) -> Test:
    return lambda node, _: isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, kinds)


def _names(*names: str) -> Test:
    return lambda node, _: isinstance(node, ast.Name) and node.id in names


def _any(*tests: Test) -> Test:
    return lambda node, bounds: any(test(node, bounds) for test in tests)


def _sets_bound(node: ast.AST, bounds: frozenset[str]) -> bool:
    """Say whether a statement computes where a window begins or ends."""
    if isinstance(node, ast.Slice):
        return any(isinstance(bound, ast.BinOp) for bound in (node.lower, node.upper))
    if not isinstance(node, ast.Assign) or any(
        isinstance(part, ast.Attribute) or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        for part in ast.walk(node.value)
    ):
        return False  # what is read off a shape or a dict takes part in bounds, too, but is seldom what is wrong
    return any(isinstance(name, ast.Name) and name.id in bounds for target in node.targets for name in ast.walk(target))


def _shares(node: ast.AST, _: frozenset[str]) -> bool:
    """Say whether something is divided by something else than the stride, by which sizes are."""
    return (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv) and "stride" not in ast.dump(node)
    )


def _slices(node: ast.AST, _: frozenset[str]) -> bool:
    return isinstance(node, ast.Subscript) and any(
        isinstance(part, ast.Slice) and (part.lower or part.upper) for part in ast.walk(node.slice)
    )


def _accumulates(node: ast.AST, _: frozenset[str]) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    return isinstance(node, ast.AugAssign) or any(isinstance(target, ast.Subscript) for target in targets)


def _crops(node: ast.AST, _: frozenset[str]) -> bool:
    return isinstance(node, ast.Slice) and any(
        isinstance(inner, ast.USub) or (isinstance(inner, ast.Name) and "pad" in inner.id) for inner in ast.walk(node)
    )


def _compares(node: ast.AST, _: frozenset[str]) -> bool:
    return isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.GtE | ast.LtE) for op in node.ops)


def _is(*kinds: type[ast.AST]) -> Test:
    return lambda node, _: isinstance(node, kinds)


KINDS: dict[str, Test] = {
    "signature": lambda *_: False,
    "frame": _any(_calls("pad", "zeros", "zeros_like", "empty", "concatenate", "hstack", "vstack"), _slices),
    "size": _any(_operates(ast.FloorDiv, ast.Div), _calls("int", "floor", "ceil", "round")),
    "allocation": _calls("zeros", "empty", "ones", "full", "zeros_like", "empty_like", "ones_like", "full_like"),
    "loops": _any(_is(ast.For, ast.While, ast.comprehension), _calls("range")),
    "corners": _sets_bound,
    "window": _slices,
    "product": _any(
        _operates(ast.Mult, ast.MatMult),
        _shares,
        _calls("dot", "matmul", "einsum", "tensordot", "multiply", "inner", "vdot", "sum", "mean", "conv_single_step"),
    ),
    "bias": _names("b", "db", "bias", "bias_value"),
    "accumulation": _accumulates,
    "crop": _crops,
    "mask": _any(_compares, _calls("max", "min", "amax", "argmax", "where", "equal", "create_mask_from_window")),
    "return": _is(ast.Return),
}
"""The kinds of lines that a hint may be about."""
