"""How much the tests that draw their examples draw.

The ordinary run draws the same examples everywhere, so that one machine's red is every machine's red;
``HYPOTHESIS_PROFILE=thorough`` searches further, and elsewhere each time.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("ordinary", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))
