import numpy as np
import pytest

from adim.layers import Dropout


@pytest.mark.parametrize("rate", [0, 0.4])
@pytest.mark.parametrize("training", [True, False])
def test_gradients(check_layer, rate, training):
    check_layer(Dropout(rate), (4, 5), training=training)


def test_a_share_is_dropped_and_the_mean_stays():
    x = np.ones((100, 1000), np.float32)
    y, _ = Dropout(0.2).forward(x, training=True, rng=np.random.default_rng(0))
    assert set(np.unique(y)) == {0, np.float32(1.25)}
    assert (y == 0).mean() == pytest.approx(0.2, abs=0.005)  # 4 standard deviations
    assert y.mean() == pytest.approx(1, abs=0.007)


def test_the_gradient_passes_where_the_number_did():
    x = np.ones((3, 50))
    layer = Dropout(0.5)
    y, cache = layer.forward(x, training=True, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(layer.backward(np.ones_like(y), cache)[0], y)


def test_the_same_numbers_are_kept_in_both_precisions():
    x = np.ones((3, 50))
    wide, narrow = (
        Dropout(0.5).forward(x.astype(dtype), training=True, rng=np.random.default_rng(1))[0]
        for dtype in (np.float64, np.float32)
    )
    np.testing.assert_array_equal(wide, narrow)


def test_out_of_training_nothing_happens():
    x = np.ones((2, 3))
    assert Dropout(0.9).forward(x)[0] is x


@pytest.mark.parametrize(
    ("rate", "error", "message"),
    [
        (1, ValueError, "rate must be at least 0 and below 1; got 1"),
        (-0.1, ValueError, r"got -0\.1"),
        (float("nan"), ValueError, "got nan"),
        ("half", TypeError, "rate must be a number; got 'half'"),
    ],
)
def test_bad_rates(rate, error, message):
    with pytest.raises(error, match=message):
        Dropout(rate)


def test_training_needs_a_generator():
    with pytest.raises(ValueError, match=r"pass rng=np\.random\.default_rng\(seed\)"):
        Dropout(0.5).forward(np.ones((1, 1)), training=True)
