"""The language that kernels are written in: Python that writes LLVM IR, so a kernel reads like the loop it is.

A kernel is a Python function that is run once, at compile time. `Value` carries the arithmetic (``a + b * 4``), with
plain Python numbers taken as constants, and `Function` the rest: loops and branches are ``with`` blocks, a variable
that changes in a loop is a `Variable`, and what shall be unrolled is an ordinary Python ``for``::

    f = Function(module, "total", ["numbers", "count", "result"])
    total = f.variable(f.zero(F64))
    with f.loop(0, f.count) as i:
        total += f.load(f.numbers + i * 8, F64)
    f.store(total.value, f.result)

Addresses are integers of 64 bits and count bytes. Nothing here knows of convolutions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self, TypeAlias

from llvmlite import ir

I1, I8, I32, I64 = ir.IntType(1), ir.IntType(8), ir.IntType(32), ir.IntType(64)
F32, F64 = ir.FloatType(), ir.DoubleType()
_POINTER = ir.PointerType()
_YIELD = 1  # the number of Arm's hint that says so

Number: TypeAlias = "Value | int | float"


def vector(scalar: Any, lanes: int) -> Any:
    """Return the type of `lanes` numbers of one type; of one number, that type itself."""
    return scalar if lanes == 1 else ir.VectorType(scalar, lanes)


class Value:
    """A number, or a vector of numbers, that the compiled code will have: an integer of 64 bits, a float or a truth.

    Integers are signed, but divided as what they are here, sizes and addresses, which are not negative.
    """

    __slots__ = ("function", "raw")

    def __init__(self, function: Function, raw: Any) -> None:
        self.function = function
        self.raw = raw

    @property
    def type(self) -> Any:
        """The LLVM type."""
        return self.raw.type

    def _operate(self, name: str, other: Number, *, swapped: bool = False) -> Value:
        raw = self.function.constant(other, self.type).raw if not isinstance(other, Value) else other.raw
        left, right = (raw, self.raw) if swapped else (self.raw, raw)
        name = name if _is_integer(self.type) else {"udiv": "fdiv"}.get(name, f"f{name}")
        return Value(self.function, getattr(self.function.builder, name)(left, right))

    def __add__(self, other: Number) -> Value:
        return self if _is(other, 0) else self._operate("add", other)

    def __radd__(self, other: Number) -> Value:
        return self + other

    def __sub__(self, other: Number) -> Value:
        return self if _is(other, 0) else self._operate("sub", other)

    def __rsub__(self, other: Number) -> Value:
        return self._operate("sub", other, swapped=True)

    def __mul__(self, other: Number) -> Value:
        return self if _is(other, 1) else self._operate("mul", other)

    def __rmul__(self, other: Number) -> Value:
        return self * other

    def __floordiv__(self, other: Number) -> Value:
        return self if _is(other, 1) else self._operate("udiv", other)

    def __truediv__(self, other: Number) -> Value:
        return self._operate("udiv", other)

    def __mod__(self, other: Number) -> Value:
        return self._operate("urem", other)

    def __and__(self, other: Value) -> Value:
        return Value(self.function, self.function.builder.and_(self.raw, other.raw))

    def __lshift__(self, count: int) -> Value:
        return self._operate("shl", count)

    def __rshift__(self, count: int) -> Value:
        return self._operate("lshr", count)

    def __or__(self, other: Value) -> Value:
        return Value(self.function, self.function.builder.or_(self.raw, other.raw))

    def _compare(self, operator: str, other: Number) -> Value:
        right = self.function.constant(other, self.type).raw if not isinstance(other, Value) else other.raw
        builder = self.function.builder
        compare = builder.icmp_signed if _is_integer(self.type) else builder.fcmp_ordered
        return Value(self.function, compare(operator, self.raw, right))

    def __lt__(self, other: Number) -> Value:
        return self._compare("<", other)

    def __le__(self, other: Number) -> Value:
        return self._compare("<=", other)

    def __gt__(self, other: Number) -> Value:
        return self._compare(">", other)

    def __ge__(self, other: Number) -> Value:
        return self._compare(">=", other)

    def equals(self, other: Number) -> Value:
        """Return whether two numbers are equal (``==`` keeps its Python meaning)."""
        return self._compare("==", other)

    def differs(self, other: Number) -> Value:
        """Return whether two integers differ."""
        return self._compare("!=", other)


class Variable:
    """A number that changes: read it as `value`, change it with `set` or ``+=``."""

    __slots__ = ("_function", "_place", "type")

    def __init__(self, function: Function, start: Value) -> None:
        self._function, self.type = function, start.type
        builder = function.builder
        with builder.goto_entry_block():  # so that LLVM makes it a register
            self._place = builder.alloca(start.type)
        self.set(start)

    @property
    def value(self) -> Value:
        """The number now."""
        return Value(self._function, self._function.builder.load(self._place, typ=self.type))

    def set(self, value: Value) -> None:
        """Give it another number."""
        self._function.builder.store(value.raw, self._place)

    def __iadd__(self, other: Number) -> Self:
        self.set(self.value + other)
        return self


class Function:
    """A function, being written.

    Parameters
    ----------
    module : llvmlite.ir.Module
        Where it goes.
    name : str
        Its name there.
    arguments : sequence of str
        Names of its arguments, all integers of 64 bits; each becomes an attribute.
    gives : bool
        Whether it has a result, an integer.
    """

    def __init__(self, module: ir.Module, name: str, arguments: Sequence[str], *, gives: bool = False) -> None:
        self.module = module
        result = I64 if gives else ir.VoidType()
        self.function = ir.Function(module, ir.FunctionType(result, [I64] * len(arguments)), name)
        self.builder = ir.IRBuilder(self.function.append_basic_block("entry"))
        self._arguments = {name: Value(self, raw) for name, raw in zip(arguments, self.function.args, strict=True)}

    def __getattr__(self, name: str) -> Value:
        try:
            return self.__dict__["_arguments"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    def finish(self, result: Value | None = None) -> None:
        """End the function."""
        if result is None:
            self.builder.ret_void()
        else:
            self.builder.ret(result.raw)

    # -- numbers --------------------------------------------------------------------------------------------------

    def constant(self, number: Number, of: Any = I64) -> Value:
        """Return a number as a `Value` of a type; of a vector, all its lanes."""
        if isinstance(number, Value):
            return number
        if isinstance(of, ir.VectorType):
            return Value(self, ir.Constant(of, [ir.Constant(of.element, number)] * of.count))
        return Value(self, ir.Constant(of, number))

    def zero(self, of: Any) -> Value:
        """Return the 0 of a type."""
        return self.constant(0 if _is_integer(of) else 0.0, of)

    def variable(self, start: Number) -> Variable:
        """Return a new variable."""
        return Variable(self, self.constant(start))

    def select(self, condition: Value, yes: Number, no: Number) -> Value:
        """Return one of two numbers."""
        of = yes.type if isinstance(yes, Value) else no.type if isinstance(no, Value) else I64
        return Value(self, self.builder.select(condition.raw, self.constant(yes, of).raw, self.constant(no, of).raw))

    def smaller(self, a: Number, b: Number) -> Value:
        """Return the smaller of two integers."""
        a, b = self.constant(a), self.constant(b)
        return self.select(a < b, a, b)

    def larger(self, a: Number, b: Number) -> Value:
        """Return the larger of two integers."""
        a, b = self.constant(a), self.constant(b)
        return self.select(a > b, a, b)

    def unordered(self, a: Value, b: Value) -> Value:
        """Return whether one of two floats is NaN."""
        return Value(self, self.builder.fcmp_unordered("uno", a.raw, b.raw))

    def any(self, truths: Value) -> Value:
        """Return whether one of the truths in a vector is true."""
        if not isinstance(truths.type, ir.VectorType):
            return truths
        bits = ir.IntType(truths.type.count)
        return Value(self, self.builder.icmp_unsigned("!=", self.builder.bitcast(truths.raw, bits), bits(0)))

    def fma(self, a: Value, b: Number, c: Value, *, negative: bool = False) -> Value:
        """Return ``a * b + c``, or ``c - a * b``, rounded once where the processor can."""
        b = self.constant(b, c.type)
        if negative:
            a = Value(self, self.builder.fneg(a.raw))
        return Value(self, self.builder.call(self._intrinsic("fmuladd", c.type, [c.type] * 3), [a.raw, b.raw, c.raw]))

    def sqrt(self, a: Value) -> Value:
        """Return the square root."""
        return Value(self, self.builder.call(self._intrinsic("sqrt", a.type, [a.type]), [a.raw]))

    def splat(self, number: Value, lanes: int) -> Value:
        """Return a vector of one number."""
        if lanes == 1:
            return number
        nothing = ir.Constant(ir.VectorType(number.type, lanes), ir.Undefined)
        first = self.builder.insert_element(nothing, number.raw, I32(0))
        return Value(self, self.builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(I32, lanes), None)))

    def floating(self, integer: Value, of: Any) -> Value:
        """Return an integer as a float; of a vector's type, in all its lanes."""
        scalar = Value(self, self.builder.sitofp(integer.raw, getattr(of, "element", of)))
        return self.splat(scalar, getattr(of, "count", 1))

    def total(self, numbers: Value) -> Value:
        """Return the sum of a vector's lanes."""
        first, *others = self.lanes(numbers)
        return sum(others, first)

    def lanes(self, numbers: Value) -> list[Value]:
        """Return the numbers of a vector."""
        if not isinstance(numbers.type, ir.VectorType):
            return [numbers]
        return [Value(self, self.builder.extract_element(numbers.raw, I32(i))) for i in range(numbers.type.count)]

    def reinterpret(self, numbers: Value, to: Any) -> Value:
        """Return the same bits as numbers of another type."""
        return Value(self, self.builder.bitcast(numbers.raw, to))

    def convert(self, number: Value, to: Any) -> Value:
        """Return a float, or a vector of floats, in another precision."""
        if number.type == to:
            return number
        wider = "double" in str(to)
        return Value(self, (self.builder.fpext if wider else self.builder.fptrunc)(number.raw, to))

    def transpose(self, rows: Sequence[Value]) -> list[Value]:
        """Return the columns of a square of numbers as vectors, given its rows."""
        lanes = len(rows)
        masks = [
            ir.Constant(ir.VectorType(I32, lanes), [half * lanes // 2 + i // 2 + i % 2 * lanes for i in range(lanes)])
            for half in range(2)
        ]
        columns = [row.raw for row in rows]
        for _ in range(lanes.bit_length() - 1):  # each time, vectors half the square apart are merged like a zip
            columns = [
                self.builder.shuffle_vector(a, b, mask)
                for a, b in zip(columns[: lanes // 2], columns[lanes // 2 :], strict=True)
                for mask in masks
            ]
        return [Value(self, column) for column in columns]

    # -- memory ---------------------------------------------------------------------------------------------------

    def load(self, address: Value, of: Any = I64, *, mask: Value | None = None) -> Value:
        """Return what lies at an address; under a mask, 0 where it is false, without a look at the memory there."""
        pointer = self._pointer(address)
        if mask is not None:
            name = f"llvm.masked.load.v{of.count}{_suffix(of.element)}.p0"
            masked = self._declared(name, of, [_POINTER, I32, mask.type, of])
            return Value(
                self, self.builder.call(masked, [pointer, I32(_size(of.element)), mask.raw, self.zero(of).raw])
            )
        return Value(self, self.builder.load(pointer, align=_alignment(of), typ=of))

    def store(self, value: Value, address: Value, *, mask: Value | None = None) -> None:
        """Put a value at an address; under a mask, only where it is true."""
        pointer = self._pointer(address)
        if mask is not None:
            name = f"llvm.masked.store.v{value.type.count}{_suffix(value.type.element)}.p0"
            masked = self._declared(name, ir.VoidType(), [value.type, _POINTER, I32, mask.type])
            self.builder.call(masked, [value.raw, pointer, I32(_size(value.type.element)), mask.raw])
            return
        self.builder.store(value.raw, pointer, align=_alignment(value.type))

    def first_lanes(self, count: Value, lanes: int) -> Value:
        """Return the mask that is true in the first `count` of so many lanes."""
        numbers = ir.Constant(ir.VectorType(I64, lanes), list(range(lanes)))
        return Value(self, self.builder.icmp_signed("<", numbers, self.splat(count, lanes).raw))

    def all_lanes(self, truth: Value, lanes: int) -> Value:
        """Return a truth as the mask of so many lanes."""
        return self.splat(truth, lanes)

    def prefetch(self, address: Value) -> None:
        """Ask for the line at an address to be brought near."""
        of = ir.FunctionType(ir.VoidType(), [_POINTER, I32, I32, I32])
        name = "llvm.prefetch.p0"
        function = self.module.globals.get(name) or ir.Function(self.module, of, name)
        self.builder.call(function, [self._pointer(address), I32(0), I32(3), I32(1)])

    def copy(self, source: Value, target: Value, size: Value) -> None:
        """Copy so many bytes."""
        of = ir.FunctionType(ir.VoidType(), [_POINTER, _POINTER, I64, I1])
        name = "llvm.memcpy.p0.p0.i64"
        function = self.module.globals.get(name) or ir.Function(self.module, of, name)
        self.builder.call(function, [self._pointer(target), self._pointer(source), size.raw, I1(0)])

    def clear(self, target: Value, size: Value) -> None:
        """Fill so many bytes with zeros."""
        of = ir.FunctionType(ir.VoidType(), [_POINTER, I8, I64, I1])
        name = "llvm.memset.p0.i64"
        function = self.module.globals.get(name) or ir.Function(self.module, of, name)
        self.builder.call(function, [self._pointer(target), I8(0), size.raw, I1(0)])

    # -- memory that threads share ----------------------------------------------------------------------------------

    def fetch_add(self, address: Value, number: Number) -> Value:
        """Add to the integer at an address, in one step for all threads, and return what it was."""
        raw = self.builder.atomic_rmw("add", self._pointer(address), self.constant(number).raw, "seq_cst")
        return Value(self, raw)

    def read_shared(self, address: Value) -> Value:
        """Return the integer at an address as the threads see it."""
        return Value(self, self.builder.load_atomic(self._pointer(address), "acquire", 8, typ=I64))

    def write_shared(self, number: Value, address: Value) -> None:
        """Put an integer at an address, after all that was written before."""
        self.builder.atomic_rmw("xchg", self._pointer(address), number.raw, "release")

    def pause(self) -> None:
        """Tell the processor that this is a loop that waits."""
        if self.module.triple.startswith("x86_64"):
            self.builder.call(self._declared("llvm.x86.sse2.pause", ir.VoidType(), []), [])
        elif self.module.triple.startswith(("aarch64", "arm64")):
            self.builder.call(self._declared("llvm.aarch64.hint", ir.VoidType(), [I32]), [I32(_YIELD)])

    # -- control --------------------------------------------------------------------------------------------------

    @contextmanager
    def loop(self, start: Number, stop: Number, step: Number = 1) -> Iterator[Value]:
        """Run the block for ``start``, ``start + step`` and so on, before `stop`."""
        start, stop, step = self.constant(start), self.constant(stop), self.constant(step)
        body, after = (self.function.append_basic_block(name) for name in ("body", "after"))
        before = self.builder.block
        self.builder.cbranch((start < stop).raw, body, after)
        self.builder.position_at_end(body)
        index = self.builder.phi(I64)
        index.add_incoming(start.raw, before)
        yield Value(self, index)
        following = Value(self, self.builder.add(index, step.raw, flags=("nsw", "nuw")))
        index.add_incoming(following.raw, self.builder.block)
        self.builder.cbranch((following < stop).raw, body, after)
        self.builder.position_at_end(after)

    @contextmanager
    def repeat_while(self, condition: Callable[[], Value]) -> Iterator[None]:
        """Run the block as long as a condition, evaluated anew each time, holds."""
        test, body, after = (self.function.append_basic_block(name) for name in ("test", "body", "after"))
        self.builder.branch(test)
        self.builder.position_at_end(test)
        self.builder.cbranch(condition().raw, body, after)
        self.builder.position_at_end(body)
        yield
        self.builder.branch(test)
        self.builder.position_at_end(after)

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Run the block if a condition holds."""
        with self.builder.if_then(condition.raw):
            yield

    @contextmanager
    def unless(self, condition: Value) -> Iterator[None]:
        """Run the block if a condition does not hold."""
        with self.builder.if_then(self.builder.not_(condition.raw)):
            yield

    @contextmanager
    def either(self, condition: Value) -> Iterator[tuple[Any, Any]]:
        """Give two blocks, ``with f.either(c) as (yes, no)``, each entered by ``with``."""
        with self.builder.if_else(condition.raw) as blocks:
            yield blocks

    def call(self, address: Value, arguments: Sequence[Value]) -> None:
        """Call the function at an address."""
        of = ir.FunctionType(ir.VoidType(), [I64] * len(arguments))
        pointer = self.builder.inttoptr(address.raw, of.as_pointer())
        self.builder.call(pointer, [argument.raw for argument in arguments])

    # -- LLVM's own names -----------------------------------------------------------------------------------------

    def _pointer(self, address: Value) -> Any:
        return self.builder.inttoptr(address.raw, _POINTER)

    def _intrinsic(self, name: str, of: Any, arguments: Sequence[Any]) -> Any:
        lanes = f"v{of.count}" if isinstance(of, ir.VectorType) else ""
        return self._declared(f"llvm.{name}.{lanes}{_suffix(getattr(of, 'element', of))}", of, arguments)

    def _declared(self, name: str, result: Any, arguments: Sequence[Any]) -> Any:
        found = self.module.globals.get(name)
        return found or ir.Function(self.module, ir.FunctionType(result, arguments), name)


def _is_integer(of: Any) -> bool:
    return isinstance(getattr(of, "element", of), ir.IntType)


def _is(number: Number, constant: int) -> bool:
    return isinstance(number, int) and number == constant


def _suffix(scalar: Any) -> str:
    return {F32: "f32", F64: "f64"}[scalar]


def _size(scalar: Any) -> int:
    return {F32: 4, F64: 8, I64: 8}[scalar]


def _alignment(of: Any) -> int:
    """Return what can be taken for granted: that of one number."""
    return _size(getattr(of, "element", of))
