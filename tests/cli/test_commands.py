"""The commands, in this process: what they print, and how they end."""

import csv
import io
import json
import re

import pytest
from PIL import Image
from sides import NAMES, write_network, write_npz, write_pictures

import adim
from adim.cli import main

QUICK = ["--epochs", "2", "--batch-size", "8", "--learning-rate", "0.1", "--no-augment"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Give a folder with a data set in a file, pictures, a network, and a run on the pictures."""
    folder = tmp_path_factory.mktemp("cli")
    write_npz(folder)
    write_network(folder)
    pictures = write_pictures(folder)
    assert (
        main(["train", f"{pictures}", *QUICK, "--network", f"{folder / 'küçük.json'}", "-o", f"{folder / 'run'}"]) == 0
    )
    return folder


@pytest.fixture
def model(place):
    return str(place / "run" / "model.safetensors")


def test_train_ends_with_the_run_folder_and_the_accuracy(place, tmp_path, capsys):
    out = tmp_path / "çıktı"
    code = main(
        [
            "train",
            f"{place / 'sides.npz'}",
            *QUICK,
            "--network",
            f"{place / 'küçük.json'}",
            "-o",
            f"{out}",
            "--seed",
            "1",
        ]
    )
    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[-2] == f"run folder: {out} (report.md shows it all)"
    assert lines[-1] == "test accuracy 1.0000"
    assert "Epoch 2/2" in lines[-3]


def test_quiet_leaves_the_last_two_lines(place, tmp_path, capsys):
    words = ["train", f"{place / 'sides.npz'}", *QUICK, "-q", "--network", f"{place / 'küçük.json'}"]
    assert main([*words, "-o", f"{tmp_path / 'run'}"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_every_option_of_train_arrives(monkeypatch, capsys):
    seen = {}

    def train(data, **arguments):
        seen.update(arguments, data=data)
        raise KeyboardInterrupt

    monkeypatch.setattr("adim.runs.train", train)
    words = (
        "train x --network vgg --epochs 7 --batch-size 5 --optimizer sgd --learning-rate 0.5 --seed 4 --no-augment "
        "--mirror --validation 0.3 --patience 2 --size 32x48 --skip-unreadable -o out -q"
    )
    assert main(words.split()) == 1
    assert seen.pop("output").name == "out"
    assert seen == {
        "data": "x",
        "network": "vgg",
        "epochs": 7,
        "batch_size": 5,
        "optimizer": "sgd",
        "learning_rate": 0.5,
        "seed": 4,
        "augment": False,
        "mirror": True,
        "validation": 0.3,
        "patience": 2,
        "size": (32, 48),
        "skip_unreadable": True,
        "tell": None,
    }
    assert main(["train", "--size", "32"]) == 1
    assert (seen["data"], seen["size"], seen["mirror"], seen["augment"]) == ("digits", (32, 32), None, True)
    assert capsys.readouterr().out == ""


def test_evaluate_prints_each_class_and_all(place, model, capsys):
    assert main(["evaluate", model, f"{place / 'resim çekmecesi'}", "--part", "all"]) == 0
    printed = capsys.readouterr()
    assert [line.split()[0] for line in printed.out.splitlines() if "ğ" in line or "ç" in line] == list(NAMES)
    assert printed.out.splitlines()[-1] == "accuracy on all 1.0000 (30 of 30 images)"
    assert "set aside for testing" in printed.err


def pictures_of(place):
    return [str(place / "resim çekmecesi" / NAMES[label] / f"{row}.png") for row, label in ((0, 0), (1, 1))]


def test_predict_prints_a_table(place, model, capsys):
    pictures = pictures_of(place)
    assert main(["predict", model, *pictures]) == 0
    lines = capsys.readouterr().out.splitlines()
    for picture, name in zip(pictures, NAMES, strict=True):
        (line,) = [line for line in lines if picture in line]
        assert name in line.removeprefix(f" {picture}")


def test_predict_prints_csv(place, model, capsys):
    pictures = pictures_of(place)
    assert main(["predict", model, *pictures, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["image"], row["rank"], row["class"]) for row in rows] == [
        (pictures[0], "1", NAMES[0]),
        (pictures[0], "2", NAMES[1]),
        (pictures[1], "1", NAMES[1]),
        (pictures[1], "2", NAMES[0]),
    ]
    assert sum(float(row["probability"]) for row in rows) == pytest.approx(2)


def test_predict_prints_json(place, model, capsys):
    pictures = pictures_of(place)
    assert main(["predict", model, *pictures, "--format", "json", "--top", "1"]) == 0
    text = capsys.readouterr().out
    assert "ağaç" in text
    found = json.loads(text)
    assert [(one["image"], [guess["class"] for guess in one["classes"]]) for one in found] == [
        (pictures[0], [NAMES[0]]),
        (pictures[1], [NAMES[1]]),
    ]


def test_summary_prints_layers(model, capsys):
    assert main(["summary", model]) == 0
    assert "flatten (Flatten)" in capsys.readouterr().out


def test_info_prints_versions(capsys):
    assert main(["info"]) == 0
    assert capsys.readouterr().out.startswith(f"adim       {adim.__version__}\n")


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"adim {adim.__version__}\n"


@pytest.mark.parametrize("command", [[], ["train"], ["evaluate"], ["predict"], ["summary"], ["info"]])
def test_help_teaches_by_example(command, capsys):
    assert main([*command, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"\n    adim {' '.join(command) or 'train'}" in text
    assert max(map(len, text.splitlines())) <= 100


def test_no_command_shows_the_help(capsys):
    assert main([]) in (0, 2)
    printed = capsys.readouterr()
    assert "Commands:" in printed.out + printed.err


USAGE = [
    ["trian"],
    ["train", "--epochs", "-1"],
    ["train", "--epochs", "many"],
    ["train", "--batch-size", "0"],
    ["train", "--seed", "-1"],
    ["train", "--validation", "1"],
    ["train", "--size", "big"],
    ["train", "--size", "0"],
    ["train", "--size", "64x0"],
    ["bench", "--seconds", "inf"],
    ["bench", "--seconds", "nan"],
    ["train", "--no-such-option"],
    ["train", "digits", "digits"],
    ["evaluate", "model.safetensors"],
    ["evaluate", "model.safetensors", "digits", "--part", "some"],
    ["predict", "model.safetensors"],
    ["predict", "model.safetensors", "x.png", "--top", "0"],
    ["predict", "model.safetensors", "x.png", "--format", "xml"],
]


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_bad_usage_is_2(words, capsys):
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Error: " in printed.err


def test_bad_input_is_2_and_one_line(place, model, tmp_path, capsys):
    Image.new("L", (9, 9)).save(tmp_path / "x.png")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n cut")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("years of work")
    (tmp_path / "bad.json").write_text("{")
    npz = str(place / "sides.npz")
    for words in (
        ["train", ""],
        ["train", f"{tmp_path / 'empty'}"],
        ["train", npz, "--network", "alexnet"],
        ["train", npz, "--network", f"{tmp_path / 'bad.json'}"],
        ["train", npz, "--network", f"{tmp_path / 'none.json'}"],
        ["train", npz, "--optimizer", "magic"],
        ["train", npz, "--learning-rate", "nan"],
        ["train", npz, "--size", "32"],
        ["train", npz, "-o", f"{tmp_path / 'full'}"],
        ["train", npz, "-o", f"{tmp_path / 'x.png'}"],
        ["train", npz, "-o", f"{tmp_path / 'x.png' / 'run'}"],
        ["evaluate", f"{tmp_path / 'none.safetensors'}", npz],
        ["evaluate", f"{tmp_path / 'x.png'}", npz],
        ["evaluate", f"{tmp_path}", npz],
        ["evaluate", model, npz],
        ["evaluate", model, "digits"],
        ["predict", model, f"{tmp_path / 'none.png'}"],
        ["predict", model, f"{tmp_path / 'broken.png'}"],
        ["predict", model, f"{tmp_path}"],
        ["summary", f"{tmp_path / 'x.png'}"],
        ["bench", "-o", f"{tmp_path / 'full'}"],
    ):
        assert main(words) == 2, words
        printed = capsys.readouterr()
        assert printed.out == "", words
        first, *more = printed.err.splitlines()
        assert first.startswith("error: "), words
        assert not more, words
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("data", ["nowhere", __file__])
def test_unknown_data_lists_what_is_read(data, capsys):
    assert main(["train", data]) == 2
    printed = capsys.readouterr()
    first, *more = printed.err.splitlines()
    assert first.startswith("error: ")
    assert data in first
    assert any("one subfolder of pictures per class" in line for line in more)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(28, "No space left on device"), "error: No space left on device\n"),
        (OSError(28, "No space left on device", "a.csv"), "error: a.csv: No space left on device\n"),
        (OSError("no such device"), "error: no such device\n"),
        (MemoryError("no room for 7 GiB"), "not enough memory: no room for 7 GiB"),
        (ValueError("x"), "ValueError: x. This is a fault in adim; ADIM_DEBUG=1"),
        (ZeroDivisionError("y"), "ZeroDivisionError: y. This is a fault in adim"),
    ],
)
def test_anything_else_is_1_without_a_traceback(error, says, monkeypatch, capsys):
    def info():
        raise error

    monkeypatch.setattr("adim.runs.info", info)
    monkeypatch.delenv("ADIM_DEBUG", raising=False)
    assert main(["info"]) == 1
    printed = capsys.readouterr().err
    assert says in printed
    assert "Traceback" not in printed
    monkeypatch.setenv("ADIM_DEBUG", "1")
    assert main(["info"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_warmup_says_what_is_kept_and_where(model, capsys):
    assert main(["warmup", model, "--batch-size", "2"]) == 0
    assert re.search(r"\d+ kernels for 1 networks, in [\d.]+ s, are kept in ", capsys.readouterr().out)
