"""The gradient of maximum pooling at the input: each output finds the cell again that it came from.

A task owns some rows of the input and writes no others. Where windows overlap it clears its rows, adds to them while
they are in the cache, and looks at windows that begin in another task's rows too. So no cell has two writers, and what
is added to it comes in one order, whoever has which task.

A NaN equals nothing, so the first walk through a window gives nothing for it; a second one, which is rarely needed,
looks for the NaN itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial, reduce
from itertools import product
from operator import or_
from typing import Any, NamedTuple

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import library, memory, shares, threads
from adim.engines.compiled.channels import Vectors, vectors_for
from adim.engines.compiled.pooling import ENTRY, WRITTEN_OUT, Plan, table
from adim.engines.compiled.records import Layout, address
from adim.geometry import Window

_MOST = 1 << 20  # bytes of a task
_WRITTEN_OUT = 2  # vectors of a block where taps are written out, which makes enough code as it is

FIELDS = Layout(
    *shares.FIELDS,  # rows are those of the output
    "source_image",  # bytes from image to image, row to row, pixel to pixel
    "source_row",
    "pixel",
    "height",  # of the input
    "before",  # rows of padding
    "stride",
    "dilation",
    "extent",  # rows from a window's first cell to its last
    "lead",  # how many windows before a row's own one may reach into it
    "row_step",  # bytes from cell to cell of a window
    "column_step",
    "output_image",
    "output_row",
    "columns",
    "row_table",
    "column_table",
    "clears",  # whether there are cells that no window or more than one may write
)

CALL = Layout("plan", "source", "target", "output", "grad")
"""Where x is, the gradient at it, the maxima and the gradient at them."""


class Kernel(NamedTuple):
    """Which kernel for maxima: one of these is one piece of machine code.

    Attributes
    ----------
    vectors : Vectors
        The channels.
    all_ties : bool
        Whether all cells that equal the maximum receive its gradient; else the first.
    adds : bool
        Whether windows overlap.
    taps : (int, int)
        Of the windows that are written out; (0, 0) for none.
    """

    vectors: Vectors
    all_ties: bool
    adds: bool
    taps: tuple[int, int]

    @property
    def name(self) -> str:
        """The name of its code."""
        kind = f"{'_all' * self.all_ties}{'_adds' * self.adds}_{self.taps[0]}x{self.taps[1]}"
        return f"maximum_gradient{kind}_{self.vectors.name}"


def gradient(grad: FloatArray, x: FloatArray, y: FloatArray, window: Window, *, all_ties: bool) -> FloatArray:
    """Return the gradient at ``x (m, H, W, C)`` for ``grad, y (m, n_H, n_W, C)``."""
    dx = memory.empty(x.shape, x.dtype)
    if not grad.size:
        dx[...] = 0
        return dx
    pool = threads.pool()
    plan = _plan(x.shape, window, x.itemsize, pool.count, all_ties)
    call = CALL.call(address(plan.record), address(x), address(dx), address(y), address(grad))
    pool.run(plan.code, call, plan.tasks)
    return dx


@lru_cache(maxsize=512)
def _plan(x: Shape, window: Window, size: int, count: int, all_ties: bool) -> Plan:
    m, height, width, channels = x
    down, across = window.height, window.width
    pixel = channels * size
    rows = table(down, width * pixel, count_include_pad=False)
    columns = table(across, pixel, count_include_pad=False)
    vectors = vectors_for(channels, size)
    share = shares.shares(
        m,
        down.output,
        channels,
        size=2 * m * (height * width + down.output * across.output) * pixel,
        count=count,
        block=max(vectors.lanes, 64 // size),
        most=_MOST,
    )
    adds = any(axis.output > 1 and axis.stride < axis.extent for axis in (down, across))
    side_by_side = all(axis.dilation == 1 and axis.taps in (axis.stride, axis.reach) for axis in (down, across))
    whole = all(axis.output * axis.taps - axis.before >= axis.size for axis in (down, across))
    record = FIELDS.record(
        **share.fields(),
        source_image=height * width * pixel,
        source_row=width * pixel,
        pixel=pixel,
        height=height,
        before=down.before,
        stride=down.stride,
        dilation=down.dilation,
        extent=down.extent,
        lead=(down.extent - 1) // down.stride,
        row_step=down.dilation * width * pixel,
        column_step=across.dilation * pixel,
        output_image=down.output * across.output * pixel,
        output_row=across.output * pixel,
        columns=across.output,
        row_table=address(rows),
        column_table=address(columns),
        clears=int(adds or not (side_by_side and whole)),
    )
    taps = window.taps if window.taps in WRITTEN_OUT else (0, 0)
    if taps[0]:
        vectors = vectors._replace(unroll=min(vectors.unroll, _WRITTEN_OUT))
    kernel = Kernel(vectors, all_ties, adds, taps)
    code = library.address(kernel.name, lambda module: _write(module, kernel))
    return Plan(record, code, share.tasks, (rows, columns))


def _write(module: Any, kernel: Kernel) -> None:
    """Write ``maximum_gradient(where, task, thread)``."""
    from adim.engines.compiled.language import Function  # noqa: PLC0415 - only to compile

    vectors, _, adds, taps = kernel
    f = Function(module, kernel.name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    share = shares.Share(f, r, f.task)
    aside = share.first_channel * vectors.size

    def first_row_of(output_row: Any) -> Any:  # of the input, that this one, and no row before it, owns
        begins = f.smaller(f.larger(output_row * r.stride - r.before, 0), r.height)
        return f.select(output_row.equals(0), 0, f.select(output_row >= r.rows, r.height, begins))

    low, high = first_row_of(share.first_row), first_row_of(share.end_row)

    def clear(image: Any, first: Any, end: Any) -> None:
        start, size = call.target + image * r.source_image + first * r.source_row, (end - first) * r.source_row
        with f.either(r.parts.equals(1)) as (whole, part):
            with whole:
                f.clear(start, size)
            with part, f.loop(0, size, r.pixel) as place:
                f.clear(start + place + aside, share.channels * vectors.size)

    with f.loop(share.first_image, share.end_image) as image:
        cleared = f.variable(f.select(r.clears.differs(0), low, high))  # rows before this one
        first = f.larger(share.first_row - r.lead, 0) if adds else share.first_row
        with f.loop(first, share.end_row) as row:
            reached = f.smaller(row * r.stride - r.before + r.extent, high)
            with f.when(reached > cleared.value):  # only now, so that they are in the cache when they are added to
                clear(image, cleared.value, reached)
                cleared.set(reached)
            down = ENTRY.read(f, r.row_table + row * ENTRY.size)
            begin, end = f.constant(0), down.count  # of the window's rows, those that this task owns
            if adds:
                top = down.offset // r.source_row

                def rows_before(limit: Any, top: Any, most: Any) -> Any:
                    return f.smaller((f.larger(limit - top, 0) + r.dilation - 1) // r.dilation, most)

                begin, end = rows_before(low, top, down.count), rows_before(high, top, down.count)
            source = image * r.source_image + down.offset + aside
            outputs = image * r.output_image + row * r.output_row + aside
            with f.loop(0, r.columns) as column:
                across = ENTRY.read(f, r.column_table + column * ENTRY.size)
                pixel = _Pixel(f, r, call, kernel, source + across.offset, outputs + column * r.pixel)
                loops = partial(pixel.loops, begin=begin, end=end, across=across.count)
                whole = down.count.equals(taps[0]) & across.count.equals(taps[1])
                if adds:
                    whole = whole & begin.equals(0) & end.equals(taps[0])
                with f.either(whole) as (inside, outside):
                    with inside:
                        if taps[0]:
                            vectors.walk(f, share.channels, partial(pixel.written_out, taps=taps))
                    with outside:
                        vectors.walk(f, share.channels, loops)
        with f.when(cleared.value < high):
            clear(image, cleared.value, high)
    f.finish()


class _Pixel:
    """A pixel of the output, whose channels are being walked through.

    Parameters
    ----------
    corner : Value
        Bytes from the input's start to the first cell of the pixel's window.
    output : Value
        Bytes from the output's start to the pixel.
    """

    def __init__(self, f: Any, r: Any, call: Any, kernel: Kernel, corner: Any, output: Any) -> None:
        self._f, self._r, self._call, self._kernel = f, r, call, kernel
        self._corner, self._output = corner, output
        _, self._vec = kernel.vectors.types()

    def written_out(self, offset: Any, count: int, mask: Any, *, taps: tuple[int, int]) -> None:
        """Give to the cells of a whole window."""
        r = self._r
        highest, grads = self._outputs(offset, count, mask)
        for i, j in product(range(taps[0]), range(taps[1])):
            place = self._corner + offset + r.row_step * i + r.column_step * j
            self._give(place, highest, grads, mask)
        lost_in_loops = partial(self._look, offset, grads=grads, mask=mask, across=self._f.constant(taps[1]))
        self._when_lost(highest, lambda: lost_in_loops(rows=(0, taps[0])))

    def loops(self, offset: Any, count: int, mask: Any, *, begin: Any, end: Any, across: Any) -> None:
        """Give to the cells of any window, but only to rows from `begin` to before `end`."""
        highest, grads = self._outputs(offset, count, mask)
        look = partial(self._look, offset, grads=grads, mask=mask, across=across)
        passes_by = self._kernel.adds and not self._kernel.all_ties  # rows before `begin` may hold the maximum
        if passes_by:
            look(rows=(0, begin), highest=highest, owned=False)
        look(rows=(begin, end), highest=highest)

        def again() -> None:
            if passes_by:
                look(rows=(0, begin), owned=False)
            look(rows=(begin, end))

        self._when_lost(highest, again)

    def _outputs(self, offset: Any, count: int, mask: Any) -> tuple[list[Any], list[Any]]:
        f, call = self._f, self._call
        places = [self._output + offset + v * self._kernel.vectors.bytes for v in range(count)]
        highest = [f.load(call.output + place, self._vec, mask=mask) for place in places]
        return highest, [f.variable(f.load(call.grad + place, self._vec, mask=mask)) for place in places]

    def _look(
        self,
        offset: Any,
        *,
        rows: tuple[Any, Any],
        across: Any,
        grads: list[Any],
        mask: Any,
        highest: list[Any] | None = None,
        owned: bool = True,
    ) -> None:
        f, r = self._f, self._r
        with f.loop(*rows) as i, f.loop(0, across) as j:
            place = self._corner + offset + i * r.row_step + j * r.column_step
            self._give(place, highest, grads, mask, owned=owned)

    def _give(self, place: Any, highest: list[Any] | None, grads: list[Any], mask: Any, *, owned: bool = True) -> None:
        """Give the gradients to the cells at a place that equal `highest`, or are NaN where there is none."""
        f, call = self._f, self._call
        nothing = f.zero(self._vec)
        for v, grad in enumerate(grads):
            at = place + v * self._kernel.vectors.bytes
            cell = f.load(call.source + at, self._vec, mask=mask)
            hit = f.unordered(cell, cell) if highest is None else cell.equals(highest[v])
            if owned:
                if self._kernel.adds or highest is None:
                    there = f.load(call.target + at, self._vec, mask=mask)
                    given = f.select(hit, there + grad.value, there)
                else:
                    given = f.select(hit, grad.value, nothing)
                f.store(given, call.target + at, mask=mask)
            if not self._kernel.all_ties:
                grad.set(f.select(hit, nothing, grad.value))  # is given once

    def _when_lost(self, highest: list[Any], again: Callable[[], None]) -> None:
        f = self._f
        if not self._kernel.all_ties:
            with f.when(f.any(reduce(or_, [f.unordered(value, value) for value in highest]))):
                again()
