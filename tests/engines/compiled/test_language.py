"""What can be said in the language of kernels, each thing once, against Python's own meaning."""

import ctypes

import numpy as np
import pytest
from llvmlite import binding as llvm, ir

from adim.engines.compiled import library
from adim.engines.compiled.language import F32, F64, I64, Function, vector
from adim.engines.compiled.records import address

_kept = []


def compiled(arguments, write):
    """Compile a function for this test only, and return it."""
    module = ir.Module("test")
    f = Function(module, "test", arguments, gives=True)
    f.finish(write(f) or f.constant(0))
    builder = llvm.JITLibraryBuilder().add_object_img(library.compile_module(str(module))).add_current_process()
    _kept.append(builder.export_symbol("test").link(library._jit(), f"test{len(_kept)}"))
    return ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * len(arguments))(_kept[-1]["test"])


@pytest.mark.parametrize(
    ("say", "mean"),
    [
        (lambda f: f.a * f.b + 3, lambda a, b: a * b + 3),
        (lambda f: 100 - f.a - f.b, lambda a, b: 100 - a - b),
        (lambda f: f.a // f.b * 1000 + f.a % f.b, lambda a, b: a // b * 1000 + a % b),
        (lambda f: (f.a << 5) | (f.b >> 1), lambda a, b: (a << 5) | (b >> 1)),
        (lambda f: f.select((f.a < f.b) & (f.a >= 3), f.a, -1), lambda a, b: a if 3 <= a < b else -1),
        (lambda f: f.smaller(f.a, f.b) * 100 + f.larger(f.a, 7), lambda a, b: min(a, b) * 100 + max(a, 7)),
        (lambda f: f.select(f.a.equals(f.b), 1, f.select(f.a.differs(9), 2, 3)), lambda a, b: 1 + (a != b) + (a == 9)),
    ],
)
def test_integers(say, mean):
    function = compiled(["a", "b"], say)
    for a, b in ((17, 5), (3, 4), (5, 5), (9, 2), (0, 1)):
        assert function(a, b) == mean(a, b)


def test_loops_and_branches():
    def write(f):
        total = f.variable(0)
        with f.loop(f.start, f.stop, f.step) as i:
            with f.either(i.equals(7)) as (yes, no):
                with yes:
                    total += 1000
                with no:
                    total += i
            with f.when(i > 8):
                total += 10_000
            with f.unless(i > 8):
                total += 100_000
        with f.repeat_while(lambda: total.value % 3 > 0):
            total += 1
        return total.value

    def mean(start, stop, step):
        total = sum((1000 if i == 7 else i) + (10_000 if i > 8 else 100_000) for i in range(start, stop, step))
        return -(-total // 3) * 3

    function = compiled(["start", "stop", "step"], write)
    for arguments in ((0, 10, 1), (3, 3, 1), (5, 2, 1), (1, 12, 3), (7, 8, 5)):
        assert function(*arguments) == mean(*arguments)


@pytest.mark.parametrize("lanes", [2, 4, 8, 16])
def test_a_square_is_turned_over_in_registers(lanes):
    row = vector(F32, lanes)

    def write(f):
        turned = f.transpose([f.load(f.place + 4 * lanes * i, row) for i in range(lanes)])
        for i, column in enumerate(turned):
            f.store(column, f.place + 4 * lanes * i)

    square = np.arange(lanes**2, dtype=np.float32).reshape(lanes, lanes)
    expected = square.T.copy()
    compiled(["place"], write)(address(square))
    np.testing.assert_array_equal(square, expected)


def test_masks_cover_the_first_lanes_and_hide_the_memory_of_the_others():
    numbers = vector(F64, 4)

    def write(f):
        mask = f.first_lanes(f.count, 4)
        f.store(f.load(f.source, numbers, mask=mask), f.seen)
        f.store(f.load(f.source, numbers), f.target, mask=mask)

    function = compiled(["source", "seen", "target", "count"], write)
    for count, covered in ((-3, 0), (0, 0), (1, 1), (3, 3), (4, 4), (9, 4)):
        source, seen, target = np.arange(1.0, 5.0), np.full(4, 9.0), np.full(4, 9.0)
        function(address(source), address(seen), address(target), count)
        assert seen.tolist() == [*range(1, covered + 1), *[0] * (4 - covered)]
        assert target.tolist() == [*range(1, covered + 1), *[9] * (4 - covered)]


def test_arithmetic_of_vectors():
    numbers = vector(F64, 4)

    def write(f):
        a, b = f.load(f.source, numbers), f.load(f.source + 32, numbers)
        results = [
            f.fma(a, b, a),
            f.fma(a, 0.5, b, negative=True),
            f.sqrt(a),
            1.0 - a / b,
            f.convert(f.convert(a, vector(F32, 4)), numbers),
            f.select(a < b, a, f.zero(numbers)),
            f.splat(f.total(a), 4),
            f.select(f.all_lanes(f.yes.differs(0), 4), a, b),
        ]
        for i, result in enumerate(results):
            f.store(result, f.target + 32 * i)

    a, b = np.array([0.1, 2.0, 3.0, 1e-300]), np.array([1.0, 1.0, 7.0, 4.0])
    source, target = np.concatenate([a, b]), np.empty((8, 4))
    for yes in (0, 1):
        compiled(["source", "target", "yes"], write)(address(source), address(target), yes)
        expected = [a * b + a, b - a / 2, np.sqrt(a), 1 - a / b, a.astype("f4"), np.where(a < b, a, 0)]
        np.testing.assert_allclose(target, [*expected, [a.sum()] * 4, a if yes else b], rtol=1e-15)


def test_memory_is_copied_cleared_and_counted_in_one_step():
    def write(f):
        f.copy(f.place, f.place + 24, f.constant(8))
        f.clear(f.place + 8, f.constant(8))
        before = f.fetch_add(f.place + 16, 5)
        f.write_shared(before, f.place)
        f.prefetch(f.place)
        f.pause()
        return f.read_shared(f.place + 16)

    place = np.array([1, 2, 3, 4])
    assert compiled(["place"], write)(address(place)) == 8
    assert place.tolist() == [3, 0, 8, 1]


def test_an_unknown_argument_is_no_value():
    f = Function(ir.Module("test"), "test", ["a"])
    assert f.a.type == I64
    with pytest.raises(AttributeError, match="b"):
        _ = f.b
