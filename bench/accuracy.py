"""``python -m bench accuracy``: how many test images `adim train` gets right, and how long it takes.

One run is an anecdote: on 50 test images the same network scores 0.1 more or less by the luck of its seed.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from adim import runs
from bench import machine, report


def run(*, data: str, network: str | None, seeds: int, threads: int, out: Path) -> None:
    """Train with each seed, print the test accuracies and write them into `out`."""
    results = []
    with machine.observed() as description:
        for seed in range(seeds):
            begin = perf_counter()
            with TemporaryDirectory() as folder:
                done = runs.train(data, network=network, seed=seed, output=folder)
            seconds = perf_counter() - begin
            results.append({"seed": seed, "test_accuracy": done.test_accuracy, "seconds": seconds})
            print(f"seed {seed}: test accuracy {done.test_accuracy:.4f} in {seconds:.1f} s", flush=True)
    middle = median(result["test_accuracy"] for result in results)
    settings = {"data": Path(data).name, "network": done.settings["network"], "seeds": seeds, "threads": threads}
    text = "\n".join(
        [
            report.headline(description, settings),
            "",
            f"test accuracy, median of {seeds}: {middle:.4f}",
            f"the longest run took {max(result['seconds'] for result in results):.1f} s",
        ]
    )
    document = {"machine": description, "settings": settings, "runs": results, "median": middle}
    report.publish(out / f"{machine.stamp(description)}-accuracy", text, document)
