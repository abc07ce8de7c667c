import numpy as np
import pytest

from adim.layers import Input, RandomCrop, RandomFlip, RandomTranslation

FILL_MODES = ["reflect", "wrap", "constant", "nearest"]
AUGMENTATIONS = [
    RandomFlip(),
    RandomFlip("horizontal"),
    RandomFlip(mode="vertical"),
    RandomCrop(2, 3),
    *(RandomTranslation(0.5, (-0.3, 0.9), fill_mode) for fill_mode in FILL_MODES),
    RandomTranslation(0.4, 0, interpolation="nearest"),
    RandomTranslation(0.4, 0.4, "constant", fill_value=2.0),
]


@pytest.mark.parametrize("layer", AUGMENTATIONS, ids=repr)
@pytest.mark.parametrize("training", [True, False])
def test_backward_is_the_adjoint(check_layer, layer, training):
    check_layer(layer, (4, 5, 2), training=training, m=4)


def photographs(m=200, n_H=4, n_W=5):
    return np.arange(m * n_H * n_W * 1.0).reshape(m, n_H, n_W, 1)


@pytest.mark.parametrize(
    ("mode", "faces"),
    [
        ("horizontal", [lambda x: x, np.fliplr]),
        ("vertical", [lambda x: x, np.flipud]),
        ("horizontal_and_vertical", [lambda x: x, np.fliplr, np.flipud, lambda x: x[::-1, ::-1]]),
    ],
)
def test_every_flip_happens_equally_often(mode, faces):
    x = photographs()
    y, _ = RandomFlip(mode).forward(x, training=True, rng=np.random.default_rng(0))
    counts = [sum(np.array_equal(face(before), after) for before, after in zip(x, y, strict=True)) for face in faces]
    assert sum(counts) == len(x)
    assert min(counts) > 0.7 * len(x) / len(faces)


def test_a_crop_is_a_window_of_its_own_image():
    x = photographs()
    y, cropped = RandomCrop(3, 2).forward(x, training=True, rng=np.random.default_rng(0))
    places = set()
    for before, after, top, left in zip(x, y, cropped.tops, cropped.lefts, strict=True):
        np.testing.assert_array_equal(after, before[top : top + 3, left : left + 2])
        places.add((top, left))
    assert len(places) == 2 * 4  # every place there is


def test_out_of_training_a_crop_takes_the_middle():
    x = photographs(m=2, n_H=6, n_W=5)
    np.testing.assert_array_equal(RandomCrop(2, 3).forward(x)[0], x[:, 2:4, 1:4])


@pytest.mark.parametrize(
    ("fill_mode", "column"),
    [  # a column 1 2 3 4, moved down by 3 of its 4 cells, and up by 3
        ("constant", ([9, 9, 9, 1], [4, 9, 9, 9])),
        ("nearest", ([1, 1, 1, 1], [4, 4, 4, 4])),
        ("wrap", ([2, 3, 4, 1], [4, 1, 2, 3])),
        ("reflect", ([3, 2, 1, 1], [4, 4, 3, 2])),
    ],
)
def test_what_comes_in_at_the_sides(fill_mode, column):
    x = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 4, 1, 1)
    for factor, expected in zip((0.75, -0.75), column, strict=True):
        for layer, image in (
            (RandomTranslation((factor, factor), 0.0, fill_mode, fill_value=9), x),
            (RandomTranslation(0.0, (factor, factor), fill_mode, fill_value=9), x.transpose(0, 2, 1, 3)),
        ):
            y, _ = layer.forward(image, training=True, rng=np.random.default_rng(0))
            assert y.ravel().tolist() == expected


def test_a_shift_by_half_a_pixel_takes_means_or_the_nearest():
    x = np.array([1.0, 3.0, 7.0, 9.0]).reshape(1, 1, 4, 1)
    y, _ = RandomTranslation(0, (0.125, 0.125), "nearest").forward(x, training=True, rng=np.random.default_rng(0))
    assert y.ravel().tolist() == [1, 2, 5, 8]
    layer = RandomTranslation(0, (0.2, 0.2), "nearest", "nearest")  # 0.8 pixels
    assert layer.forward(x, training=True, rng=np.random.default_rng(0))[0].ravel().tolist() == [1, 1, 3, 7]


def test_shifts_fill_their_range():
    x = photographs(m=400, n_H=10, n_W=20)
    layer = RandomTranslation((-0.2, 0.1), 0.3)
    _, shifts = layer.forward(x, training=True, rng=np.random.default_rng(0))
    np.testing.assert_allclose(shifts.min(axis=0), [-2, -6], atol=0.1)
    np.testing.assert_allclose(shifts.max(axis=0), [1, 6], atol=0.1)


@pytest.mark.parametrize("layer", AUGMENTATIONS, ids=repr)
def test_empty_batches(layer):
    y, cache = layer.forward(np.zeros((0, 4, 5, 2)), training=True, rng=np.random.default_rng(0))
    assert y.shape == (0, *layer.compute_output_shape((4, 5, 2)))
    assert layer.backward(y, cache)[0].shape == (0, 4, 5, 2)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: RandomFlip("sideways"), ValueError, "mode must be one of horizontal, vertical, .*got 'sideways'"),
        (lambda: RandomFlip(seed=1), TypeError, "unexpected keyword argument 'seed'"),
        (lambda: RandomTranslation(1.5, 0), ValueError, "height_factor must go from a lowest to a highest part"),
        (lambda: RandomTranslation(0, (0.2, 0.1)), ValueError, r"width_factor must go .*got \(0\.2, 0\.1\)"),
        (lambda: RandomTranslation(0, (1, 2, 3)), ValueError, "width_factor must be one number, or"),
        (lambda: RandomTranslation(0, "0.1"), TypeError, r"width_factor must be a number; got '0\.1'"),
        (lambda: RandomTranslation(0, 0, "mirror"), ValueError, "fill_mode must be one of reflect, wrap"),
        (lambda: RandomTranslation(0, 0, interpolation="cubic"), ValueError, "interpolation must be one of"),
        (lambda: RandomCrop(0, 3), ValueError, "height must be at least 1; got 0"),
        (lambda: RandomCrop(9, 3)(Input((8, 8, 1))), ValueError, "a crop of 9 x 3 does not fit .* ZeroPadding2D"),
        (lambda: RandomFlip()(Input((8,))), ValueError, "expected images"),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_training_needs_a_generator():
    for layer in (RandomFlip(), RandomTranslation(0.1, 0.1), RandomCrop(2, 2)):
        with pytest.raises(ValueError, match=r"pass rng=np\.random\.default_rng\(seed\)"):
            layer.forward(np.zeros((1, 4, 4, 1)), training=True)
