"""Over which engines the tests run, and how much those that draw their examples draw.

The ordinary run draws the same examples everywhere, so that one machine's red is every machine's red;
``HYPOTHESIS_PROFILE=thorough`` searches further, and elsewhere each time.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from adim import engines
from adim.engines import choice, vectorised

choice._done = choice._WORTH  # "auto" is the compiled engine, and does not become it in the middle of a test

settings.register_profile("ordinary", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))


@pytest.fixture(scope="module", params=[*engines._ENGINES, "vectorised, in small pieces"])
def engine(request):
    """Name each engine; NumPy's a second time with pieces so small that little images need many."""
    name, _, pieces = request.param.partition(", ")
    with pytest.MonkeyPatch.context() as patch:
        if pieces:
            patch.setattr(vectorised, "_BLOCK_BYTES", 256)
        yield name
