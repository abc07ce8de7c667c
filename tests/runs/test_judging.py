"""Judging: evaluation and prediction see images as training did, whatever their size, names and network."""

import numpy as np
import pytest
from PIL import Image
from sides import NAMES, sides, write_network, write_npz, write_pictures

from adim import Input, Sequential
from adim.layers import Dense, Flatten
from adim.runs import Classifier, InputError, evaluate, predict, summary


def bright_right(shape=(6, 6, 1), names=None, activation="softmax"):
    """Return a model that knows the answer: which half is brighter."""
    units = 1 if activation == "sigmoid" else 2
    model = Sequential([Input(shape=shape), Flatten(), Dense(units, activation=activation)], seed=0)
    right = np.broadcast_to(np.where(np.arange(shape[1]) < shape[1] // 2, -1, 1)[:, None], shape).reshape(-1, 1)
    kernel = right if units == 1 else np.concatenate([-right, right], axis=1)
    model.set_weights([kernel * 1e-4, np.zeros(units)])
    if names is not None:
        model.metadata["class_names"] = list(names)
    return model


@pytest.fixture
def model_file(tmp_path):
    bright_right((8, 6, 3), NAMES).save(tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


@pytest.mark.parametrize("activation", ["softmax", "sigmoid", None])
def test_evaluate_judges_the_test_part(activation, tmp_path):
    bright_right(activation=activation).save(tmp_path / "model.safetensors")
    verdict = evaluate(tmp_path / "model.safetensors", write_npz(tmp_path)).verdict
    assert (len(verdict), verdict.accuracy) == (20, 1)


@pytest.mark.parametrize(("part", "m"), [("test", 20), ("train", 40), ("all", 60)])
def test_part_says_which_images(part, m, tmp_path):
    bright_right().save(tmp_path / "model.safetensors")
    assert len(evaluate(tmp_path / "model.safetensors", write_npz(tmp_path), part=part).verdict) == m


def test_evaluate_brings_pictures_to_the_models_size(tmp_path):
    bright_right((4, 4, 1), NAMES).save(tmp_path / "model.safetensors")
    verdict = evaluate(tmp_path / "model.safetensors", write_pictures(tmp_path), part="all").verdict
    assert verdict.images.image_shape == (4, 4, 1)
    assert verdict.accuracy == 1


def test_classes_are_told_by_name_not_by_place(tmp_path):
    bright_right((8, 6, 3), ("aaa", *NAMES)[1:]).save(tmp_path / "model.safetensors")
    swapped = bright_right((8, 6, 3), NAMES[::-1])
    kernel, bias = swapped.get_weights()
    swapped.set_weights([kernel[:, ::-1], bias])
    swapped.save(tmp_path / "swapped.safetensors")
    verdict = evaluate(tmp_path / "swapped.safetensors", write_pictures(tmp_path)).verdict
    assert verdict.accuracy == 1
    assert verdict.images.class_names == NAMES[::-1]


def test_model_without_names_takes_those_of_the_data(tmp_path):
    bright_right((8, 6, 3)).save(tmp_path / "model.safetensors")
    assert evaluate(tmp_path / "model.safetensors", write_pictures(tmp_path)).verdict.images.class_names == NAMES


def test_predict_names_the_likeliest_first(model_file, tmp_path):
    folder = write_pictures(tmp_path)
    left, right = folder / NAMES[0] / "0.png", folder / NAMES[1] / "1.png"
    first, second = predict(model_file, [left, right])
    assert (first.picture, [name for name, _ in first.classes]) == (str(left), list(NAMES))
    assert [name for name, _ in second.classes] == list(NAMES[::-1])
    assert sum(chance for _, chance in first.classes) == pytest.approx(1)
    assert first.classes[0][1] > 0.5


def test_predict_agrees_with_evaluate(model_file, tmp_path):
    folder = write_pictures(tmp_path)
    verdict = evaluate(model_file, folder, part="all").verdict
    guesses = predict(model_file, sorted(folder.rglob("*.png")), top=1)
    assert sum(guess.classes[0][1] for guess in guesses) == pytest.approx(verdict.probabilities.max(axis=1).sum())


def test_predict_works_through_more_pictures_than_are_held_at_once(model_file, tmp_path, monkeypatch):
    monkeypatch.setattr("adim.runs.judging.PICTURES_AT_ONCE", 4)
    pictures = sorted(write_pictures(tmp_path).rglob("*.png"))
    assert [guess.picture for guess in predict(model_file, pictures)] == [str(picture) for picture in pictures]


@pytest.mark.parametrize(("top", "n"), [(1, 1), (2, 2), (9, 2)])
def test_top_limits_the_classes(top, n, model_file, tmp_path):
    Image.new("L", (9, 9)).save(tmp_path / "x.png")
    assert len(predict(model_file, [tmp_path / "x.png"], top=top)[0].classes) == n


def test_summary_lists_layers_and_classes(model_file):
    text = summary(model_file)
    assert "dense (Dense)" in text
    assert text.endswith("Classes: ağaç, çilek")


def test_summary_of_a_model_that_is_no_classifier(tmp_path):
    Sequential([Input(shape=(3,)), Dense(2)]).save(tmp_path / "model.safetensors")
    assert "Classes" not in summary(tmp_path / "model.safetensors")


@pytest.mark.parametrize("names", [7, ["\x1b[31mred", "b"], [["a"], "b"]])
def test_summary_prints_no_names_that_a_terminal_would_obey(names, tmp_path):
    model = Sequential([Input(shape=(3,)), Dense(2)])
    model.metadata["class_names"] = names
    model.save(tmp_path / "model.safetensors")
    with pytest.raises(InputError, match="must be a list of printable text"):
        summary(tmp_path / "model.safetensors")


def spoil(path, how):
    data = path.read_bytes()
    path.write_bytes({"truncated": data[:-7], "cut in the header": data[:40], "empty": b""}[how])


@pytest.mark.parametrize("how", ["truncated", "cut in the header", "empty"])
@pytest.mark.parametrize("command", [evaluate, lambda m, d: predict(m, [d]), lambda m, _: summary(m)])
def test_damaged_models_are_refused(how, command, model_file, tmp_path):
    spoil(model_file, how)
    with pytest.raises(InputError, match=r"model\.safetensors"):
        command(model_file, write_npz(tmp_path))


def test_a_picture_is_no_model(tmp_path):
    Image.new("L", (9, 9)).save(tmp_path / "x.png")
    with pytest.raises(InputError, match=r"x\.png is no \.safetensors file"):
        predict(tmp_path / "x.png", [tmp_path / "x.png"])


@pytest.mark.parametrize("content", [None, b"", b"no picture", b"\x89PNG\r\n\x1a\n cut"])
def test_bad_pictures_are_named(content, model_file, tmp_path):
    if content is not None:
        (tmp_path / "bad.png").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.png"):
        predict(model_file, [tmp_path / "bad.png"])


def test_images_of_another_shape_are_refused(model_file, tmp_path):
    with pytest.raises(InputError, match="6x6x1, and 8x6x3 is asked for"):
        evaluate(model_file, write_npz(tmp_path))


def test_unknown_classes_are_refused(tmp_path):
    bright_right((8, 6, 3), ("dog", "cat")).save(tmp_path / "model.safetensors")
    with pytest.raises(InputError, match="dog, cat"):
        evaluate(tmp_path / "model.safetensors", write_pictures(tmp_path))


def test_another_number_of_classes_is_refused(tmp_path):
    bright_right().save(tmp_path / "model.safetensors")
    x, _ = sides(30)
    np.savez(tmp_path / "three.npz", x=x, y=np.arange(30) % 3)
    with pytest.raises(InputError, match="2 classes apart; 3 are named"):
        evaluate(tmp_path / "model.safetensors", tmp_path / "three.npz")


def test_what_training_wrote_is_read(tmp_path):
    from adim.runs import train

    run = train(write_npz(tmp_path), network=str(write_network(tmp_path)), epochs=1, output=tmp_path / "run")
    again = Classifier.load(run.folder / "model.safetensors")
    assert again.class_names == ("0", "1")
    verdict = evaluate(run.folder / "model.safetensors", write_npz(tmp_path)).verdict
    assert np.array_equal(verdict.probabilities, run.verdicts["test"].probabilities)
