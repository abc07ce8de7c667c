"""Training end to end, on data that one layer learns at once: what the run folder holds, and what comes before it."""

import signal

import numpy as np
import pytest
from PIL import Image
from sides import NAMES, sides, write_network, write_npz, write_pictures

from adim import load_model
from adim.callbacks import Callback
from adim.engines.settings import is_quiet
from adim.history import History
from adim.layers.augmentation import RandomFlip, RandomTranslation
from adim.model import Model
from adim.runs import InputError, evaluate, train

FILES = {"model.safetensors", "history.csv", "report.md", "learning_curves.png", "confusion_matrix.png", "mistakes.png"}
QUICK = {"epochs": 2, "batch_size": 8, "learning_rate": 0.1, "augment": False}


def files_in(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("of pictures")
    data = write_pictures(folder)
    return train(data, network=str(write_network(folder)), output=folder / "koşu", validation=0.25, **QUICK)


def test_folder_holds_everything(run):
    assert files_in(run.folder) == FILES


def test_model_in_the_folder_is_the_one_that_was_judged(run):
    model = load_model(run.folder / "model.safetensors")
    test = run.verdicts["test"]
    assert np.array_equal(model.predict(test.images.images), test.probabilities)
    assert model.metadata["class_names"] == list(NAMES)


def test_history_in_the_folder_is_the_runs(run):
    again = History.read_csv(run.folder / "history.csv")
    assert again.epoch == [0, 1]
    assert again.history == run.history.history


def test_images_are_shared_out_without_overlap(run):
    data = run.data
    assert {name: len(verdict) for name, verdict in run.verdicts.items()} == {
        "training": 18,
        "validation": 6,
        "test": 6,
    }
    rows = [image.tobytes() for verdict in run.verdicts.values() for image in verdict.images.images]
    assert len(set(rows)) == len(data.train) + len(data.test)


def test_it_learns(run):
    assert run.test_accuracy == 1


def test_report_shows_the_result(run):
    text = (run.folder / "report.md").read_text(encoding="utf-8")
    assert "**Test accuracy 1.0000**: 6 of 6 images" in text
    assert "| çilek | 3 | 3 | 1.0000 |  |" in text
    assert "| seed | 0 |" in text
    for name in FILES:
        if name.endswith(".png"):
            assert f"]({name})" in text
    assert f"{run.folder / 'model.safetensors'}" in text


def test_report_tells_how_to_load_the_model_and_is_right(run, monkeypatch, tmp_path):
    text = (run.folder / "report.md").read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    picture = next((run.folder.parent / "resim çekmecesi" / NAMES[0]).glob("*.png"))
    (tmp_path / "picture.png").write_bytes(picture.read_bytes())
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(code, names)  # noqa: S102 - our own words, which people will copy
    assert names["probabilities"].argmax() == 0


def test_same_seed_makes_the_same_model(tmp_path):
    data, network = write_npz(tmp_path), str(write_network(tmp_path))
    settings = QUICK | {"augment": True, "mirror": True, "validation": 0.2}
    runs = [
        train(data, network=network, seed=seed, output=tmp_path / f"{n}", **settings)
        for n, seed in enumerate([3, 3, 4])
    ]
    weights = [run.classifier.model.get_weights() for run in runs]
    assert all(map(np.array_equal, weights[0], weights[1]))
    assert not np.array_equal(weights[0][0], weights[2][0])
    held_out = [run.verdicts["validation"].images.images for run in runs]
    assert np.array_equal(held_out[0], held_out[1])
    assert not np.array_equal(held_out[0], held_out[2])


def test_rate_falls_to_zero_with_the_last_step(tmp_path):
    data, network = write_npz(tmp_path), str(write_network(tmp_path))
    run = train(data, network=network, output=tmp_path / "run", validation=0.2, **QUICK)
    optimizer = run.classifier.model.optimizer
    assert optimizer.iterations == 2 * 4  # of the 40 images 32 are left, four batches
    assert optimizer.learning_rate == pytest.approx(0, abs=1e-12)


def test_evaluate_finds_the_test_images_of_the_run(run):
    data = run.folder.parent / "resim çekmecesi"
    verdict = evaluate(run.folder / "model.safetensors", data).verdict
    assert np.array_equal(verdict.images.images, run.verdicts["test"].images.images)


def test_best_epoch_is_kept(tmp_path):
    rng = np.random.default_rng(0)  # noise, to be learned by heart: on other noise that is worse and worse
    x, y = rng.integers(0, 256, (60, 6, 6, 1), np.uint8), rng.integers(0, 2, 60)
    np.savez(tmp_path / "noise.npz", x_train=x[:40], y_train=y[:40], x_test=x[40:], y_test=y[40:])
    network, settings = str(write_network(tmp_path)), QUICK | {"epochs": 8}
    run = train(tmp_path / "noise.npz", network=network, output=tmp_path / "run", validation=0.5, **settings)
    losses = run.history.history["val_loss"]
    assert run.best_epoch == int(np.argmin(losses)) < 7
    assert run.verdicts["validation"].loss == pytest.approx(min(losses), rel=1e-4)


def test_without_validation_the_training_loss_chooses(tmp_path):
    data, network = write_npz(tmp_path), str(write_network(tmp_path))
    run = train(data, network=network, output=tmp_path / "run", validation=0, **QUICK)
    assert list(run.verdicts) == ["training", "test"]
    assert run.best_epoch == int(np.argmin(run.history.history["loss"]))
    assert "val_loss" not in run.history.history


def test_patience_ends_a_training_that_gets_no_better(tmp_path):
    data, network = write_npz(tmp_path), str(write_network(tmp_path))
    settings = QUICK | {"epochs": 50, "learning_rate": 0.0}
    run = train(data, network=network, output=tmp_path / "run", validation=0.2, patience=2, **settings)
    assert len(run.history.epoch) == 3


@pytest.mark.parametrize(
    ("channels", "choice", "expected"),
    [
        (1, {}, [RandomTranslation]),
        (3, {}, [RandomFlip, RandomTranslation]),
        (3, {"augment": False}, []),
        (3, {"mirror": False}, [RandomTranslation]),
        (1, {"mirror": True, "augment": False}, [RandomFlip]),
    ],
)
def test_augmentation_suits_the_images(channels, choice, expected, tmp_path):
    x, y = sides(40, (8, 8, channels))
    np.savez(tmp_path / "x.npz", x=x, y=y)
    run = train(tmp_path / "x.npz", network="lenet", epochs=1, output=tmp_path / "run", **choice)
    found = [type(layer) for layer in run.classifier.model.layers if isinstance(layer, RandomFlip | RandomTranslation)]
    assert found == expected


def test_first_filters_are_drawn_where_there_are_some(tmp_path):
    run = train(write_npz(tmp_path), network="lenet", epochs=1, output=tmp_path / "run")
    assert files_in(run.folder) == FILES | {"filters.png"}


def test_runs_get_folders_of_their_own(tmp_path, monkeypatch):
    data, network = write_npz(tmp_path), str(write_network(tmp_path))
    monkeypatch.chdir(tmp_path)
    folders = [train(data, network=network, **QUICK).folder for _ in range(3)]
    assert [str(folder) for folder in folders] == ["runs/sides-1", "runs/sides-2", "runs/sides-3"]
    assert all(files_in(folder) == FILES for folder in folders)


def test_news_are_told(tmp_path, capsys):
    said = []
    train(write_npz(tmp_path), network=str(write_network(tmp_path)), output=tmp_path / "run", tell=said.append, **QUICK)
    assert said[0] == "sides: images of 6x6x1, 40 for training, 20 for test"
    assert said[1].endswith("küçük.json: 74 parameters")
    assert "Epoch 2/2" in capsys.readouterr().out


def test_silence_is_kept(tmp_path, capsys):
    train(write_npz(tmp_path), network=str(write_network(tmp_path)), output=tmp_path / "run", **QUICK)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("tell", [None, print])
def test_that_something_is_compiled_is_news_too(tell, tmp_path, monkeypatch):
    fit, quiet = Model.fit, []
    monkeypatch.setattr(Model, "fit", lambda *words, **more: quiet.append(is_quiet()) or fit(*words, **more))
    train(write_npz(tmp_path), network=str(write_network(tmp_path)), output=tmp_path / "run", tell=tell, **QUICK)
    assert quiet == [tell is None]


def interrupt_after(monkeypatch, batches):
    """Press Ctrl-C in the middle of a batch."""
    step, left = Model.fit, [batches]

    class CtrlC(Callback):
        def on_train_batch_end(self, batch, logs=None):
            left[0] -= 1
            if left[0] == 0:
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(
        Model, "fit", lambda *args, callbacks, **kwargs: step(*args, callbacks=[*callbacks, CtrlC()], **kwargs)
    )


def test_ctrl_c_keeps_the_best_epoch(tmp_path, monkeypatch):
    data, network = write_npz(tmp_path), str(write_network(tmp_path))
    interrupt_after(monkeypatch, batches=12)  # in the third epoch of 5 batches
    said = []
    run = train(data, network=network, output=tmp_path / "run", tell=said.append, **QUICK | {"epochs": 9})
    assert files_in(run.folder) == FILES
    assert run.history.epoch == [0, 1]
    assert run.notes == ("training was interrupted: 2 of 9 epochs had ended",)
    assert "interrupted: 2 of 9" in (run.folder / "report.md").read_text(encoding="utf-8")
    assert said[-1].startswith("interrupted: keeping epoch 2")
    load_model(run.folder / "model.safetensors")


def test_ctrl_c_in_the_first_epoch_leaves_nothing(tmp_path, monkeypatch):
    data, network = write_npz(tmp_path), str(write_network(tmp_path))
    interrupt_after(monkeypatch, batches=2)
    with pytest.raises(KeyboardInterrupt):
        train(data, network=network, output=tmp_path / "run", **QUICK)
    assert not (tmp_path / "run").exists()


def test_a_loss_that_explodes_is_noted(tmp_path):
    data, network = write_npz(tmp_path), str(write_network(tmp_path))
    run = train(data, network=network, output=tmp_path / "run", **QUICK | {"optimizer": "sgd", "learning_rate": 1e38})
    assert any("loss became" in note for note in run.notes)
    assert files_in(run.folder) == FILES


def test_notes_of_the_data_are_passed_on(tmp_path):
    data = write_pictures(tmp_path)
    (data / NAMES[0] / "broken.png").write_bytes(b"no picture")
    run = train(data, network=str(write_network(tmp_path)), skip_unreadable=True, output=tmp_path / "run", **QUICK)
    assert any("broken.png" in note for note in run.notes)
    assert "broken.png" in (run.folder / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"data": "nowhere"}, "no data set nowhere"),
        ({"network": "nowhere.json"}, "nowhere"),
        ({"network": "alexnet"}, "alexnet"),
        ({"optimizer": "magic"}, "optimizer must be one of"),
        ({"epochs": 0}, "epochs"),
        ({"epochs": -1}, "epochs"),
        ({"epochs": 2.5}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": float("nan")}, "the learning rate must be at least 0; got nan"),
        ({"learning_rate": -1.0}, "the learning rate must be at least 0; got -1"),
        ({"validation": 1.5}, "validation must be"),
        ({"patience": -1}, "patience"),
        ({"seed": -1}, "seed|non-negative"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_written(wrong, message, tmp_path):
    arguments = {"data": write_npz(tmp_path), "network": str(write_network(tmp_path)), "output": tmp_path / "run"}
    with pytest.raises(InputError, match=message):
        train(**arguments | QUICK | wrong)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"layers": 3}', '{"class_name": "Sequential", "config": {"layers": [7]}}']
)
def test_malformed_networks_are_refused(text, tmp_path):
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(InputError, match=r"bad\.json"):
        train(write_npz(tmp_path), network=str(tmp_path / "bad.json"), output=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_network_for_another_number_of_classes_is_refused(tmp_path):
    with pytest.raises(InputError, match="3"):
        train(write_npz(tmp_path), network=str(write_network(tmp_path, units=3)), output=tmp_path / "run")


def test_network_that_ends_in_scores_is_trained_as_one(tmp_path):
    run = train(
        write_npz(tmp_path), network=str(write_network(tmp_path, activation="linear")), output=tmp_path / "run", **QUICK
    )
    assert np.allclose(run.verdicts["test"].probabilities.sum(axis=1), 1)


def test_folder_whose_name_no_report_can_hold_is_refused(tmp_path):
    with pytest.raises(InputError, match="must be printable text"):
        train(write_npz(tmp_path), output=tmp_path / "ka\udce7", **QUICK)
    assert list(tmp_path.glob("ka*")) == []


def test_no_run_is_written_over_another(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="is not empty"):
        train(write_npz(tmp_path), network=str(write_network(tmp_path)), output=tmp_path / "run", **QUICK)
    assert files_in(tmp_path / "run") == {"thesis.txt"}


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "run").write_text("a file")
    with pytest.raises(InputError, match="run"):
        train(write_npz(tmp_path), network=str(write_network(tmp_path)), output=tmp_path / "run", **QUICK)


def test_disk_that_refuses_is_no_bad_input(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("adim.runs.classifier.Classifier.save", full)
    with pytest.raises(OSError, match="No space left"):
        train(write_npz(tmp_path), network=str(write_network(tmp_path)), output=tmp_path / "run", **QUICK)
    assert not (tmp_path / "run").exists()


def test_names_cannot_break_the_report(tmp_path):
    x, y = sides(30)
    for row, (image, label) in enumerate(zip(x[..., 0], y, strict=True)):
        folder = tmp_path / "data" / ("a|b", "<img src=x>*_`")[label]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{row}.png")
    run = train(tmp_path / "data", network=str(write_network(tmp_path)), output=tmp_path / "run", **QUICK)
    text = (run.folder / "report.md").read_text(encoding="utf-8")
    assert r"| a\|b | 3 | 3 |" in text
    assert r"| \<img src=x\>\*\_\` | 3 | 3 |" in text
