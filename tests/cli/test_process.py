"""The command line as a process of its own: signals, pipes, encodings and what it loads."""

import os
import signal
import subprocess
import sys

import pytest
from sides import NAMES, write_network, write_npz, write_pictures

from adim import load_model

ADIM = [sys.executable, "-m", "adim"]


def start(*words, **settings):
    return subprocess.Popen([*ADIM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)


def interrupt_at(process, line):
    """Press Ctrl-C once the process has printed a line that begins so, and return what it printed from there on."""
    for printed in process.stdout:
        if printed.startswith(line):
            process.send_signal(signal.SIGINT)
            return process.communicate(timeout=60)
    return process.communicate(timeout=60)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows Ctrl-C for consoles only")
def test_ctrl_c_leaves_a_whole_run_folder(tmp_path):
    out = tmp_path / "run"
    process = start(
        "train",
        str(write_npz(tmp_path)),
        "--network",
        str(write_network(tmp_path)),
        "--epochs",
        "1000000",
        "-o",
        str(out),
    )
    printed, errors = interrupt_at(process, "Epoch 2/")
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert "note: training was interrupted" in errors
    assert printed.splitlines()[-1].startswith("test accuracy ")
    assert {path.name for path in out.iterdir()} == {
        "model.safetensors",
        "history.csv",
        "report.md",
        "learning_curves.png",
        "confusion_matrix.png",
        "mistakes.png",
    }
    assert load_model(out / "model.safetensors").metadata["class_names"] == ["0", "1"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_ctrl_c_before_the_first_epoch_is_quiet(tmp_path):
    # A batch for each of 1442 images, by the largest network: the first epoch takes its time.
    process = start("train", "digits", "--network", "resnet", "--batch-size", "1", "-o", str(tmp_path / "run"))
    printed, errors = interrupt_at(process, "resnet: ")
    assert (process.returncode, printed, errors) == (1, "", "")
    assert not (tmp_path / "run").exists()


def run(*words, **settings):
    return subprocess.run([*ADIM, *words], capture_output=True, check=False, **settings)


def test_a_reader_that_leaves_is_no_error(tmp_path):
    process = subprocess.Popen([*ADIM, "train", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), errors) == (1, b"")


def test_a_terminal_that_knows_only_ascii_gets_names_all_the_same(tmp_path):
    data, network = write_pictures(tmp_path), write_network(tmp_path)
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    out = str(tmp_path / "run")
    trained = run("train", str(data), "--network", str(network), "--epochs", "1", "-o", out, env=ascii_only)
    assert (trained.returncode, b"Traceback" in trained.stderr) == (0, False)
    judged = run("evaluate", f"{out}/model.safetensors", str(data), env=ascii_only)
    assert (judged.returncode, judged.stderr.startswith(b"note: ")) == (0, True)
    assert NAMES[0].encode("ascii", "backslashreplace") in judged.stdout


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is write-protected for this user")
def test_a_write_protected_place_is_bad_input(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o555)
    done = run("train", str(write_npz(tmp_path)), "-o", str(tmp_path / "locked" / "run"))
    assert (done.returncode, done.stdout) == (2, b"")


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from adim.cli import main; main(['--help']); "
        "heavy = {'matplotlib', 'h5py', 'PIL', 'rich', 'safetensors', 'adim.runs'} & set(sys.modules); "
        "print(heavy, file=sys.stderr); sys.exit(bool(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_shells_can_complete():
    words = os.environ | {"_ADIM_COMPLETE": "complete_bash", "COMP_WORDS": "adim train --network ", "COMP_CWORD": "3"}
    code = "import sys; from adim.cli import main; sys.exit(main([]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=words)
    assert {"signs", "lenet", "vgg", "resnet"} <= set(done.stdout.split())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADIM_NUM_THREADS", "0"),
        ("ADIM_NUM_THREADS", "many"),
        ("ADIM_NUM_THREADS", "9" * 30),
        ("ADIM_PRECISION", "x"),
        ("ADIM_ENGINE", "x"),
        ("ADIM_INSTRUCTIONS", "x"),
    ],
)
def test_a_wrong_environment_variable_is_named_on_one_line(name, value):
    done = subprocess.run([*ADIM, "info"], env={**os.environ, name: value}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: the environment variable {name} must be ")
    assert done.stderr.count("\n") == 1
