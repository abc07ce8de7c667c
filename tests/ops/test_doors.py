"""Whatever is thrown at an operation: it answers, or says itself what is wrong; its input it leaves alone."""

import inspect
import traceback
from pathlib import Path

import numpy as np
import pytest
from drawn import DTYPES, Untouched
from hypothesis import given, strategies as st

from adim import ops

GOOD = {
    "x": np.ones((1, 4, 4, 2)),
    "kernel": np.ones((2, 2, 2, 2)),
    "bias": np.ones(2),
    "grad": np.ones((1, 3, 3, 2)),
    "y": np.ones((1, 3, 3, 2)),
    "input_shape": (1, 4, 4, 2),
    "kernel_shape": (2, 2, 2, 2),
    "pool_size": 2,
    "strides": 1,
    "padding": "valid",
    "dilation_rate": 1,
    "groups": 1,
    "output_padding": None,
    "ceil_mode": False,
    "count_include_pad": False,
    "ties": "first",
    "arrays": [np.ones((1, 3, 3, 2)), np.ones((1, 3, 3, 2))],
    "mean": np.zeros(2),
    "variance": np.ones(2),
    "offset": np.ones(2),
    "scale": np.ones(2),
    "epsilon": 0.001,
    "relu": False,
    "of_batch": True,
    "out": None,
    "engine": "auto",
    "input_gradient": True,
}
shapes = st.lists(st.integers(0, 4), max_size=5)
things = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(["valid", "same", "same_lower", "first", "all", "auto", "vectorised", object()]),
    shapes,
    shapes.map(tuple),
    st.tuples(shapes.map(tuple), shapes.map(tuple)),
    st.tuples(shapes, st.sampled_from([*DTYPES, "U3", complex, object])).map(lambda of: np.ones(*of)),
)


@pytest.mark.parametrize("function", [getattr(ops, name) for name in ops.__all__], ids=ops.__all__)
@given(data=st.data())
def test_an_operation_answers_or_says_what_is_wrong(function, data):
    good = GOOD | ({"scale": 2.0, "offset": 1.0} if function is ops.rescale else {})
    arguments = {name: good[name] for name in inspect.signature(function).parameters}
    checked = sorted(name for name, value in arguments.items() if not isinstance(value, bool))  # a flag is its truth
    for name in data.draw(st.lists(st.sampled_from(checked), max_size=3, unique=True)):
        arguments[name] = data.draw(things)
    given = {**arguments, "out": None}
    came_in = [array for array in given.values() if isinstance(array, np.ndarray) and array.dtype != object]
    with Untouched(*came_in):
        try:
            made = function(**arguments)
        except (ValueError, TypeError) as error:
            raised_in = traceback.extract_tb(error.__traceback__)[-1].filename
            assert Path(raised_in).parent.name in ("adim", "ops", "engines"), raised_in  # not deep in NumPy
            return
    for array in made if isinstance(made, tuple) else (made,):
        assert array is None or array.dtype in (np.float32, np.float64)
