"""What the examples in docstrings may take for granted: ``np`` is NumPy."""

from typing import Any

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _examples_know_numpy(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["np"] = np
