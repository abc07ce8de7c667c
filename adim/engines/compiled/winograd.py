"""Winograd's minimal filtering for 3 x 3 filters of stride 1: 4 x 4 outputs for 36 multiplications instead of 144.

A tile of 6 x 6 input pixels, the filter and 4 x 4 outputs are polynomials in disguise. Evaluated at six points each,
they are multiplied number by number; that is where the channels are summed up, in 36 small matrix products::

    y = A' [ (G g G') * (B' d B) ] A        (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015)

The gradient of the filters is the adjoint: ``dg = G' [ (B' d B) * (A dy A') ] G``.

The points are 0, infinity, and plus and minus the square roots of 1/2 and 2. Lavin and Gray took 1 and 2 for the
roots; with these, whose product is 1, no number grows far above its neighbours, and float32 keeps about a digit more:
the largest error is about 2e-6 of the largest result, where the direct sum has about 1e-6.

Here are the one-dimensional transforms, each of some vectors to some others, and what makes two dimensions of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from adim.engines.compiled.memory import LINE, whole_lines

POINTS = 6  # along one axis
OUTPUT = 4  # pixels of a tile, along one axis
TAPS = 3

Vectors: TypeAlias = list[Any]
Transform: TypeAlias = Callable[[Any, Vectors], Vectors]

_P, _Q = 0.5**0.5, 2.0**0.5  # the points
_PP, _QQ = 0.5, 2.0  # their squares


def input_points(f: Any, d: Vectors) -> Vectors:
    """Return ``B' d``: six pixels as the values at the points (of the polynomials that are 1 at one point only)."""
    even_p, odd_p = f.fma(d[2], _QQ, d[4], negative=True), f.fma(d[1], _QQ, d[3], negative=True)
    even_q, odd_q = f.fma(d[2], _PP, d[4], negative=True), f.fma(d[1], _PP, d[3], negative=True)
    return [
        f.fma(d[2], _PP + _QQ, d[0], negative=True) + d[4],
        f.fma(odd_p, _P, even_p),
        f.fma(odd_p, _P, even_p, negative=True),
        f.fma(odd_q, _Q, even_q),
        f.fma(odd_q, _Q, even_q, negative=True),
        f.fma(d[3], _PP + _QQ, d[1], negative=True) + d[5],
    ]


def filter_points(f: Any, g: Vectors) -> Vectors:
    """Return ``G g``: three taps as values at the points, divided by what `input_points` leaves out."""
    scale_p, scale_q = 1 / (2 * _PP * (_PP - _QQ)), 1 / (2 * _QQ * (_QQ - _PP))
    even_p, even_q = f.fma(g[2], _PP, g[0]) * scale_p, f.fma(g[2], _QQ, g[0]) * scale_q
    return [
        g[0],
        f.fma(g[1], _P * scale_p, even_p),
        f.fma(g[1], _P * scale_p, even_p, negative=True),
        f.fma(g[1], _Q * scale_q, even_q),
        f.fma(g[1], _Q * scale_q, even_q, negative=True),
        g[2],
    ]


def output_pixels(f: Any, m: Vectors) -> Vectors:
    """Return ``A' m``: four outputs of the products at the points."""
    sum_p, difference_p = m[1] + m[2], m[1] - m[2]
    sum_q, difference_q = m[3] + m[4], m[3] - m[4]
    return [
        m[0] + sum_p + sum_q,
        f.fma(difference_q, _Q, difference_p * _P),
        f.fma(sum_q, _QQ, sum_p * _PP),
        f.fma(difference_q, _Q * _QQ, f.fma(difference_p, _P * _PP, m[5])),
    ]


def gradient_points(f: Any, z: Vectors) -> Vectors:
    """Return ``A z``: four pixels of the output's gradient as values at the points."""
    even_p, odd_p = f.fma(z[2], _PP, z[0]), f.fma(z[3], _PP, z[1])
    even_q, odd_q = f.fma(z[2], _QQ, z[0]), f.fma(z[3], _QQ, z[1])
    return [
        z[0],
        f.fma(odd_p, _P, even_p),
        f.fma(odd_p, _P, even_p, negative=True),
        f.fma(odd_q, _Q, even_q),
        f.fma(odd_q, _Q, even_q, negative=True),
        z[3],
    ]


def filter_taps(f: Any, u: Vectors) -> Vectors:
    """Return ``G' u``: the gradients of three taps of the sums of products at the points."""
    scale_p, scale_q = 1 / (2 * _PP * (_PP - _QQ)), 1 / (2 * _QQ * (_QQ - _PP))
    sum_p, sum_q = (u[1] + u[2]) * scale_p, (u[3] + u[4]) * scale_q
    return [
        u[0] + sum_p + sum_q,
        f.fma(u[3] - u[4], _Q * scale_q, (u[1] - u[2]) * (_P * scale_p)),
        f.fma(sum_q, _QQ, f.fma(sum_p, _PP, u[5])),
    ]


def both_ways(f: Any, transform: Transform, square: Sequence[Vectors]) -> Vectors:
    """Transform the columns of a square of vectors, then its rows; return these one after the other."""
    columns = [transform(f, list(column)) for column in zip(*square, strict=True)]
    return [vector for row in zip(*columns, strict=True) for vector in transform(f, list(row))]


def point_pitch(size: int) -> int:
    """Return how far apart what belongs to each point lies: equal steps must not all meet the same lines of a cache."""
    size = whole_lines(size)
    return size + 3 * LINE if size % 4096 == 0 else size
