"""Arrays to draw: of every dtype and memory layout that may come through a door."""

import numpy as np
from hypothesis import strategies as st

FLOATS = (np.float32, np.float64)
DTYPES = (*FLOATS, np.float16, np.bool_, np.uint8, np.int16, np.int64)


def _read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def _unaligned(array):
    memory = np.zeros(array.nbytes + 1, np.uint8)
    unaligned = memory[1:].view(array.dtype).reshape(array.shape)
    unaligned[...] = array
    return unaligned


def _reversed(array):
    backwards = (slice(None, None, -1),) * array.ndim
    return array[backwards].copy()[backwards]


LAYOUTS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "read-only": _read_only,
    "negative strides": _reversed,
    "every other row": lambda array: np.repeat(array, 2, axis=1)[:, ::2],
    "every third channel": lambda array: np.repeat(array, 3, axis=-1)[..., ::3],
    "channels first": lambda array: np.moveaxis(np.moveaxis(array, -1, 1).copy(), 1, -1),
    "rows and columns exchanged": lambda array: array.swapaxes(1, 2).copy().swapaxes(1, 2),
    "one channel for all": lambda array: np.broadcast_to(array[..., :1].copy(), array.shape),  # other values, stride 0
    "one example for all": lambda array: np.broadcast_to(array[:1].copy(), array.shape),
    "one number for all": lambda array: np.broadcast_to(array.dtype.type(1), array.shape),
    "unaligned": _unaligned,
    "of the other byte order": lambda array: array.astype(array.dtype.newbyteorder()),
}


def values(shape, seed, dtype=np.float64, *, ties=False):
    """Return random numbers: of few kinds, so that maxima tie, or a normal distribution's; small where integers."""
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if ties or dtype.kind in "iub":
        low = 0 if dtype.kind in "ub" else -2
        return rng.integers(low, 3, shape).astype(dtype)
    return rng.standard_normal(shape).astype(dtype)


@st.composite
def arrays(draw, shape, dtypes=FLOATS, *, ties=False):
    """Draw an array of this shape, in some dtype and layout."""
    array = values(shape, draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from(dtypes)), ties=ties)
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](array)


def assert_close(actual, expected):
    """Compare to the rounding of the dtype of `actual`, counted from the largest magnitude expected."""
    tolerance = {np.dtype(np.float32): 1e-5, np.dtype(np.float64): 1e-12}[actual.dtype]
    assert actual.shape == expected.shape
    if expected.size:
        np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * max(1.0, np.abs(expected).max()))


class Untouched:
    """A context that ends well only if these arrays hold, to the bit, what they held when it began."""

    def __init__(self, *arrays):
        self.arrays = arrays

    def __enter__(self):
        self.before = [array.tobytes() for array in self.arrays]

    def __exit__(self, *error):
        if error[0] is None:
            assert [array.tobytes() for array in self.arrays] == self.before
