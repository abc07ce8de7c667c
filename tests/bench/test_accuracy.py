"""``python -m bench accuracy``: every seed is trained with, and the median is theirs."""

import json

from sides import write_network, write_npz

from bench import accuracy


def test_accuracy_reports_each_seed_and_the_median(tmp_path, capsys):
    data, network = str(write_npz(tmp_path)), str(write_network(tmp_path))
    accuracy.run(data=data, network=network, seeds=3, threads=1, out=tmp_path / "out")
    (text,), (found,) = (tmp_path / "out").glob("*.txt"), (tmp_path / "out").glob("*.json")
    result = json.loads(found.read_text())
    accuracies = [run["test_accuracy"] for run in result["runs"]]
    assert [run["seed"] for run in result["runs"]] == [0, 1, 2]
    assert result["median"] == sorted(accuracies)[1]
    assert f"median of 3: {result['median']:.4f}" in text.read_text()
    assert capsys.readouterr().out.count("seed ") == 3
