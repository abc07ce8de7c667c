"""Programs as learners write them: what is right is right, what is wrong is wrong, and there are enough of both.

A grader is tried on the files in `submissions`; here they are kept honest, by the textbook alone and without a grader.
"""

import ast
import contextlib
import io
import json
import sys
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from adim import steps
from adim.learn.exercises import EXERCISES

SUBMISSIONS = Path(__file__).parent / "submissions"
RIGHT = sorted(path for path in (SUBMISSIONS / "right").iterdir() if path.suffix in (".py", ".ipynb"))
WRONG = sorted((SUBMISSIONS / "wrong").glob("*.py"))
WITHOUT = {"matplotlib.pyplot": None, "h5py": None}  # imported in vain


# -- the programs


def mistakes(path):
    """Return the keys in a file's first line, ``# mistakes: function/slug, function/slug``."""
    first, _, _ = path.read_text(encoding="utf-8").partition("\n")
    announced, _, keys = first.partition(":")
    assert announced == "# mistakes"
    return [key.strip() for key in keys.split(",")]


def pieces(path):
    """Return a program's pieces: a script in one, a notebook by its code cells, magics left out."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return [text]
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    lines = [[line for line in cell["source"] if line[:1] not in ("%", "!")] for cell in cells]
    return ["".join(cell) for cell in lines]


def program(path):
    """Return what a program defines; prints, and cells that are no Python, do no harm, and nothing is drawn."""
    namespace = {"__name__": "submission"}
    for piece in pieces(path):
        try:
            statements = ast.parse(piece).body
        except SyntaxError:
            assert path.suffix == ".ipynb"
            continue
        for statement in statements:
            code = compile(ast.Module([statement], []), path.name, "exec")
            defines = isinstance(statement, ast.FunctionDef | ast.ClassDef)
            trouble = contextlib.nullcontext() if defines else contextlib.suppress(Exception)
            with trouble, contextlib.redirect_stdout(io.StringIO()), patch.dict(sys.modules, WITHOUT):
                exec(code, namespace)  # noqa: S102 - our own files
    return namespace


# -- a dozen calls of each function, their values drawn

CONVOLUTIONS = [  # m, n_H, n_W, n_C_prev, f, n_C, stride, pad
    (2, 4, 4, 3, 2, 4, 1, 0),
    (3, 4, 4, 3, 2, 4, 2, 2),
    (2, 5, 5, 1, 3, 2, 1, 1),
    (2, 5, 8, 2, 3, 3, 2, 1),
    (3, 7, 4, 2, 2, 3, 2, 0),
    (2, 6, 7, 3, 3, 2, 3, 1),
    (1, 4, 6, 1, 1, 2, 2, 0),
    (2, 6, 6, 2, 2, 2, 3, 1),
    (2, 3, 5, 4, 3, 5, 1, 2),
    (3, 8, 5, 2, 2, 3, 2, 1),
    (1, 3, 3, 2, 3, 1, 1, 0),
    (2, 7, 9, 2, 4, 2, 2, 3),
]
POOLINGS = [  # m, n_H, n_W, n_C, f, stride, mode
    (2, 4, 4, 3, 2, 2, "max"),
    (2, 4, 4, 3, 2, 2, "average"),
    (3, 5, 3, 2, 2, 1, "max"),
    (3, 5, 3, 2, 2, 1, "average"),
    (2, 5, 8, 2, 3, 2, "max"),
    (2, 8, 5, 2, 3, 2, "average"),
    (2, 6, 7, 3, 2, 3, "max"),
    (1, 4, 6, 2, 3, 3, "average"),
    (2, 5, 5, 1, 3, 1, "max"),
    (2, 3, 6, 4, 1, 2, "average"),
    (2, 7, 4, 3, 2, 2, "max"),
    (1, 3, 3, 3, 3, 2, "average"),
]


class Draw:
    """Arrays for the call of this number: every fourth time of float32, every third time views with many ties."""

    def __init__(self, call):
        self.rng = np.random.default_rng(call)
        self.dtype = np.float32 if call % 4 == 3 else np.float64
        self.tied = call % 3 == 2

    def __call__(self, *shape):
        if self.tied:
            array = self.rng.integers(-3, 0, (*shape[:-1], 2 * shape[-1])).astype(self.dtype)[..., ::2]
        else:
            array = self.rng.standard_normal(shape).astype(self.dtype)
        array.flags.writeable = False  # who modifies an argument fails
        return array


def arguments(call):
    """Return the arguments of every function's call of this number."""
    draw = Draw(call)
    m, n_H, n_W, n_C_prev, f, n_C, stride, pad = CONVOLUTIONS[call]
    A_prev, W, b = draw(m, n_H, n_W, n_C_prev), draw(f, f, n_C_prev, n_C), draw(1, 1, 1, n_C)
    convolution = (A_prev, W, b, {"stride": stride, "pad": pad})
    m, n_H, n_W, n_C, side, stride, mode = POOLINGS[call]
    pooling = (draw(m, n_H, n_W, n_C), {"f": side, "stride": stride})
    return {
        "zero_pad": (A_prev, call % 4),
        "conv_single_step": (A_prev[0, :f, :f], W[..., 0], b[..., 0]),
        "conv_forward": convolution,
        "pool_forward": (*pooling, mode),
        "conv_backward": (draw(*steps.conv_forward(*convolution)[0].shape), convolution),
        "create_mask_from_window": (draw(1 + call % 3, 2 + call % 4),),
        "distribute_value": (draw(1)[0], (1 + call % 5, 1 + call % 4)),
        "pool_backward": (draw(*steps.pool_forward(*pooling, mode)[0].shape), pooling, mode),
    }


@pytest.fixture(scope="module")
def calls():
    """Return for each function its calls, and what the textbook answers."""
    drawn = [arguments(call) for call in range(12)]
    return {
        name: [(call[name], exercise.reference(*call[name])) for call in drawn] for name, exercise in EXERCISES.items()
    }


# -- what comes of them


def same(expected, actual):
    """Say whether two answers are the same: their kinds, their shapes, and their numbers but for rounding."""
    if isinstance(expected, tuple):
        return isinstance(actual, tuple) and len(actual) == len(expected) and all(map(same, expected, actual))
    if isinstance(expected, dict):
        return actual == expected
    if not isinstance(actual, np.generic if isinstance(expected, np.generic) else np.ndarray):
        return False
    same_kind = (actual.dtype == bool) == (expected.dtype == bool)
    rounding = 1e-4 if np.float32 in (expected.dtype, actual.dtype) else 1e-9
    return same_kind and actual.shape == expected.shape and np.allclose(actual, expected, rtol=rounding, atol=rounding)


def agrees(function, arguments, expected):
    """Say whether a call's answer is the textbook's."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return same(expected, function(*arguments))
    except Exception:  # noqa: BLE001 - whatever a learner's function raises
        return False


def mark(name, namespace, calls):
    """Say of each of the dozen calls of a function whether it went right."""
    return [agrees(namespace[name], arguments, expected) for arguments, expected in calls[name]]


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.name)
def test_what_is_right_is_right(path, calls):
    namespace = program(path)
    assert {name: mark(name, namespace, calls) for name in EXERCISES} == dict.fromkeys(EXERCISES, [True] * 12)


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_one_function_is_wrong_and_its_helpers_are_right(path, calls):
    namespace = program(path)
    wrong = [name for name in EXERCISES if name in namespace and not all(mark(name, namespace, calls))]
    assert wrong == list({key.partition("/")[0] for key in mistakes(path)})


def test_there_are_enough_of_both():
    assert len(RIGHT) >= 10
    assert {path.suffix for path in RIGHT} == {".py", ".ipynb"}
    assert len(WRONG) >= 90
    assert len([path for path in WRONG if len(mistakes(path)) == 2]) >= 15
    assert {key.partition("/")[0] for path in WRONG for key in mistakes(path)} == set(EXERCISES)


def loops(tree):
    """Return how deep the loops of a program lie in each other."""
    return max(map(loops, ast.iter_child_nodes(tree)), default=0) + isinstance(tree, ast.For)


def test_most_are_not_the_loops_of_the_course():
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for path in WRONG
        if path.stem.startswith(("conv_forward", "conv_backward", "pool"))
    ]
    assert sum(loops(tree) <= 2 for tree in trees) >= 60


def test_no_two_are_the_same():
    bodies = Counter(path.read_text(encoding="utf-8").partition("\n")[2] for path in WRONG)
    assert set(bodies.values()) == {1}
