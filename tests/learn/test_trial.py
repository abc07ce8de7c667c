import contextlib
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp

from adim.learn.trial import (
    TEXT,
    Case,
    Other,
    Outcome,
    Task,
    attempt,
    dump,
    load,
    load_program,
    perform,
    plain,
    same,
)

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats()
    | st.text(max_size=5)
    | hnp.arrays(st.sampled_from(["f4", "f8", "i8", "u1", "?"]), hnp.array_shapes(min_dims=0, min_side=0, max_side=3))
    | st.floats(width=32).map(np.float32)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_what_is_dumped_is_loaded(value):
    assert same(load(dump(value)), value)


def test_records_are_dumped_and_loaded():
    case = Case("pad", {"X": np.ones(2), "pad": 1}, strided=True)
    task = Task("zero_pad", (case,), ("zero_pad",))
    outcome = Outcome("raised", Other("set"), "ValueError", "no", 3, ("X",), 7, "printed")
    back = load(dump((task, outcome)))
    assert back[1] == outcome
    assert back[0].cases[0].strided
    assert back[0].function == "zero_pad"


@given(st.binary(max_size=60))
def test_bytes_of_somebody_else_do_no_harm(data):
    with contextlib.suppress(ValueError):
        load(len(data).to_bytes(8, "little") + data)


@given(values, st.data())
def test_a_damaged_value_is_refused_or_is_another(value, data):
    whole = bytearray(dump(value))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(ValueError):
        load(bytes(whole))


class Liar(np.ndarray):
    def __eq__(self, other):
        return True

    __hash__ = None

    def copy(self):
        raise AssertionError

    def __array__(self, *_, **__):
        raise AssertionError

    def __getitem__(self, _):
        return 0.0


def test_a_lying_array_is_stripped_of_its_methods():
    liar = np.ones(2).view(Liar)
    assert type(plain(liar)) is np.ndarray
    assert not same(plain(liar), np.zeros(2))


def test_objects_that_can_act_are_only_named():
    class Number(float):
        pass

    assert plain(Number(3)) == Other("Number")
    assert plain({1: 2}) == Other("dict")
    assert plain(10**30) == Other("int beyond 64 bits")
    assert plain(np.array([object()])) == Other("array of dtype object")


def test_a_deep_or_endless_answer_is_cut():
    endless: list = []
    endless.append(endless)
    assert "too many" in repr(plain(endless))
    assert isinstance(plain([0] * 100_000), list)


def test_changed_arguments_are_told():
    def f(X, cache):
        cache[1]["stride"] = 7
        return X

    outcome = attempt(f, Case("", {"X": np.ones(2), "cache": (np.ones(1), {"stride": 1})}), file="")
    assert outcome.modified == ("cache",)


def test_arguments_are_copies():
    case = Case("", {"X": np.ones(2)})

    def f(X):
        X += 1
        return X

    attempt(f, case, file="")
    assert (case.arguments["X"] == 1).all()


def test_a_strided_case_passes_views():
    seen = attempt(lambda X: X.flags.c_contiguous, Case("", {"X": np.ones((2, 3))}, strided=True), file="")
    assert seen.value is False


def test_what_is_printed_is_counted_and_cut(capfd):
    outcome = attempt(lambda x: sys.stdout.write("a" * 10**6), Case("", {"x": 1}), file="")
    assert outcome.printed == 10**6
    assert outcome.text == "a" * TEXT
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), RecursionError("deep"), MemoryError()])
def test_errors_are_outcomes(error):
    def f(x):
        raise error

    outcome = attempt(f, Case("", {"x": 1}), file=__file__)
    assert outcome.end == ("ran out of memory" if isinstance(error, MemoryError) else "raised")
    assert outcome.error == type(error).__name__
    assert outcome.line == f.__code__.co_firstlineno + 1


def test_an_error_that_cannot_be_printed_is_still_one():
    class Bad(Exception):  # noqa: N818
        def __str__(self):
            raise RuntimeError

    def f(x):
        raise Bad

    assert attempt(f, Case("", {"x": 1}), file="").error == "Bad"


def test_a_warning_is_no_error():
    def f(x):
        warnings.warn("deprecated", DeprecationWarning, stacklevel=1)
        return x

    assert attempt(f, Case("", {"x": 1}), file="").end == "returned"


def test_ctrl_c_is_the_users():
    def f(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(f, Case("", {"x": 1}), file="")


def test_a_statement_that_fails_does_not_take_the_others_along():
    program = load_program("x = 1 / 0\ndef f(a):\n    return x\ndef g(a):\n    return a", "a.py")
    assert program.names["g"](2) == 2
    assert program.failures == ((1, "ZeroDivisionError: division by zero"),)
    (outcome,) = perform(Task("f", (Case("", {"a": 1}),)), program.names, "a.py")
    assert outcome.end == "returned"  # x stands for what could not be made, and is only named


def test_a_function_that_could_not_be_made_gives_its_error():
    program = load_program("@nowhere\ndef zero_pad(X, pad):\n    return X", "a.py")
    (outcome,) = perform(Task("zero_pad", (Case("", {"X": 1, "pad": 1}),)), program.names, "a.py")
    assert (outcome.error, outcome.line) == ("NameError", 1)


def test_lessons_helpers_are_there_without_adim(monkeypatch):
    monkeypatch.setitem(sys.modules, "adim", None)  # as in the sandbox
    monkeypatch.setitem(sys.modules, "adim.steps", None)
    program = load_program("from adim.steps import zero_pad, conv_forward", "a.py")
    with pytest.raises(ImportError):
        program.names["conv_forward"]()
    assert program.names["zero_pad"](np.ones((1, 1, 1, 1)), 1).shape == (1, 3, 3, 1)


def test_substitutes_take_the_place_of_helpers_only_meanwhile():
    program = load_program("def zero_pad(X, pad):\n    return 0\ndef f(X):\n    return zero_pad(X, 1)", "a.py")
    case = Case("", {"X": np.ones((1, 1, 1, 1))})
    (with_right,) = perform(Task("f", (case,), ("zero_pad",)), program.names, "a.py")
    (with_own,) = perform(Task("f", (case,)), program.names, "a.py")
    assert with_right.value.shape == (1, 3, 3, 1)
    assert with_own.value == 0


def test_annotations_of_the_future_are_not_evaluated():
    program = load_program("from __future__ import annotations\ndef f(a: Nowhere):\n    return a", "a.py")
    assert not program.failures


def test_dataclasses_find_their_module():
    program = load_program("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: 'int' = 3", "a.py")
    assert program.names["A"]().x == 3
