"""No agreement, no time."""

import numpy as np
import pytest

from adim.speed.timing import Timing
from bench import contest
from bench.contest import Disagreement, Outcome, Side, Tolerance, difference, distance, hold, rounding

EXACT = Tolerance(0.0, difference)


def constant(*values: float, dtype: str = "float32") -> Side:
    array = np.array(values, dtype)
    return Side(lambda: array, lambda result: (result,))


def test_difference_is_relative_to_the_largest_magnitude_of_the_same_array() -> None:
    small = np.array([1.0, -2.0])
    assert difference((small, 100 * small), (np.array([1.5, -2.0]), 100 * small)) == 0.25
    assert difference((np.zeros(3),), (np.zeros(3),)) == 0
    assert difference((np.zeros((0, 3)),), (np.zeros((0, 3)),)) == 0


@pytest.mark.parametrize(
    "theirs",
    [np.zeros((3, 1)), np.zeros(4), np.zeros(3, np.float32)],
    ids=["broadcastable shape", "other shape", "other dtype"],
)
def test_other_shapes_and_dtypes_differ(theirs: np.ndarray) -> None:
    assert difference((np.zeros(3),), (theirs,)) == np.inf
    assert distance((np.zeros(3),), (theirs,)) == np.inf


def test_distance_is_relative_to_the_norm_of_the_same_array() -> None:
    a, b = np.array([3.0, 4.0]), np.array([0.0, 2.0])
    assert distance((a, 100 * b), (np.array([3.3, 4.4]), 101 * b)) == pytest.approx(0.5 / 5.5)
    assert distance((b, 100 * a), (b, 101 * a)) == pytest.approx(1 / 101)


def test_nan_is_not_lost_behind_a_number() -> None:
    nan, one = np.array([np.nan]), np.ones(1)
    for ours in ((nan, one), (one, nan)):
        assert np.isnan(difference(ours, (one, one)))
        assert np.isnan(distance(ours, (one, one)))


@pytest.mark.parametrize("wrong", [3.01, np.nan])
def test_disagreement_is_raised_before_anything_is_timed(wrong: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contest, "interleave", lambda *_, **__: pytest.fail("a wrong result was timed"))
    sides = {"adim": constant(1, 2, 3), "good": constant(1, 2, 3), "bad": constant(1, 2, wrong)}
    with pytest.raises(Disagreement, match=r"adim and bad differ by (3\.3e-03|nan) of the largest magnitude"):
        hold(sides, tolerance=rounding("float32"), seconds=0)


def test_agreement_is_timed_and_its_difference_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adim.speed.timing._SETTLE", 0)
    sides = {"adim": constant(1, 2), "a": constant(1, 2), "b": constant(1, 2.0001)}
    outcome = hold(sides, tolerance=rounding("float32"), seconds=0)
    assert outcome.difference == pytest.approx(5e-5, rel=1e-2)
    assert list(outcome.timings) == ["adim", "a", "b"]


def test_ratio_is_the_fastest_peer_s_median_over_ours() -> None:
    timings = {name: Timing(median, 0, 0, 5) for name, median in {"adim": 2.0, "a": 4.0, "b": 3.0}.items()}
    outcome = Outcome(timings, 0.0)
    assert outcome.best() == "b"
    assert outcome.ratio() == 1.5


def test_a_peer_is_known_by_the_first_word_and_has_its_own_ratio() -> None:
    medians = {"adim": 2.0, "a plain": 4.0, "a compiled": 3.0, "b": 1.0}
    outcome = Outcome({name: Timing(median, 0, 0, 5) for name, median in medians.items()}, 0.0)
    assert outcome.peers == ["a", "b"]
    assert (outcome.best("a"), outcome.ratio("a")) == ("a compiled", 1.5)
    assert (outcome.best("b"), outcome.ratio("b")) == ("b", 0.5)
    assert (outcome.best("c"), outcome.ratio("c")) == (None, None)


def test_what_a_run_changes_is_compared_by_a_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adim.speed.timing._SETTLE", 0)
    total = np.zeros(1)

    def add() -> np.ndarray:
        total[0] += 1
        return total

    side = Side(add, lambda result: (result,), lambda: np.ones(1))
    outcome = hold({"adim": side, "peer": Side(lambda: np.ones(1), lambda y: (y,))}, tolerance=EXACT, seconds=0)
    assert outcome.difference == 0
    assert total[0] > 1


def test_without_a_peer_there_is_no_ratio() -> None:
    outcome = Outcome({"adim": Timing(2.0, 1.0, 3.0, 5)}, None)
    assert outcome.peers == []
    assert outcome.best() is None
    assert outcome.ratio() is None
