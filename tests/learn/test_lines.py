import ast

import pytest

from adim.learn.lines import KINDS, lines
from adim.learn.mistakes import MISTAKES

COURSE = """\
def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    f = W.shape[0]
    n_H = int((n_H_prev + 2 * pad - f) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        for h in range(n_H):
            vert_start = h * stride
            vert_end = vert_start + f
            window = A_prev_pad[i, vert_start:vert_end, :, :]
            Z[i, h] = np.sum(window * W) + float(b)
    dA_prev = dA_prev_pad[:, pad:-pad, pad:-pad, :]
    mask = window == np.max(window)
    return Z, (A_prev, W, b, hparameters)
"""


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        ("signature", (1,)),
        ("size", (5,)),
        ("allocation", (6,)),
        ("loops", (8, 9)),
        ("corners", (10, 11)),
        ("window", (12, 14)),
        ("crop", (14,)),
        ("accumulation", (13,)),
        ("mask", (15,)),
        ("return", (16,)),
        ("frame", (6, 12, 14)),
    ],
)
def test_lines_of_each_kind(look, expected):
    assert lines(ast.parse(COURSE).body[0], look) == expected


def test_the_bias_and_the_product_are_where_they_are_used():
    function = ast.parse(COURSE).body[0]
    assert 13 in lines(function, "bias")
    assert 13 in lines(function, "product")


def test_where_there_is_no_such_line_the_name_is_shown():
    assert lines(ast.parse("\n\ndef f(x):\n    return g(x)").body[0], "corners") == (3,)


def test_every_record_looks_at_a_kind_that_there_is():
    assert {mistake.look for mistake in MISTAKES.values()} <= set(KINDS)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    return np.pad(X, pad)", (2,)),
        ("    n = X.shape\n    Y = np.zeros(n)\n    Y[:, pad : pad + n[1]] = X\n    return Y", (3, 4)),
        ("    return X", (1,)),
    ],
)
def test_a_frame_is_where_it_is_made(body, expected):
    assert lines(ast.parse(f"def zero_pad(X, pad):\n{body}").body[0], "frame") == expected
