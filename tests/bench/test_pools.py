"""``python -m bench pools``: what is pooled, and that the peers agree."""

from collections.abc import Callable

import numpy as np
import pytest

from bench import comparison, pooling, pools
from bench.pooling import PARTS, Pool

SMALL = {"some": [Pool((2, 8, 6, 3), 2, 2), Pool((2, 7, 8, 3), 3, 2, 1), Pool((2, 8, 8, 3), 8, 8), Pool((2, 4, 5, 3))]}


def test_pools_are_written_as_people_do() -> None:
    assert [str(pool) for pool in SMALL["some"]] == [
        "2x8x6x3, 2x2/2",
        "2x7x8x3, 3x3/2",
        "2x8x8x3, 8x8/8",
        "2x4x5x3, whole images",
    ]
    assert [pool.output_shape for pool in SMALL["some"]] == [(2, 4, 3, 3), (2, 4, 4, 3), (2, 1, 1, 3), (2, 3)]
    assert sum(map(len, pools.POOLS.values())) == 20


def test_our_side_pools() -> None:
    pool = Pool((1, 2, 2, 1), 2, 2)
    x, y, grad = arrays = pooling.draw(pool, "float64")
    sides = pooling.ours(pool, arrays, engine="vectorised")
    found = {part: sides[part].run() for part in PARTS}
    assert found["max forward"] == y == x.max()
    assert found["max backward"].ravel().tolist() == np.where(x == y, grad, 0).ravel().tolist()
    assert found["mean forward"].item() == pytest.approx(x.mean())
    assert found["mean backward"].ravel().tolist() == [grad.item() / 4] * 4


@pytest.mark.usefixtures("double")
def test_pools_beside_a_peer(run: Callable[..., tuple[int, str, dict]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "POOLS", SMALL)
    status, text, data = run("pools", "--engine", "vectorised", "--seconds", "0", "--dtype", "float64")
    assert status == 0
    assert "torch: as we do it" in text
    assert [row["shape"] for row in data["rows"]] == [str(pool) for pool in SMALL["some"]]
    assert data["rows"][0]["work"]["max forward"]["traffic"] == 8 * (2 * 8 * 6 * 3 + 2 * 4 * 3 * 3)
    assert all(part["difference"] == 0 for row in data["rows"] for part in row["parts"].values())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pytorch_agrees(dtype: str) -> None:
    pytest.importorskip("torch")
    cases = pools.cases([("some", pool) for pool in SMALL["some"]], dtype=dtype, engine="auto")
    found = comparison.compare("pools", cases, peer=["torch"], threads=1, seconds=0)
    for row in found.rows:
        assert list(row.parts) == list(PARTS)
        assert all(outcome.best("torch") for outcome in row.parts.values())
