"""``python -m bench``: the command line.

Nothing here imports NumPy before it is known how many threads NumPy may use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from bench import shapes, threads
from bench.networks import NETWORKS, PARTS

_PEERS = ["torch", "onnxruntime", "keras"]  # the rows of bench.peers.PEERS, which loads NumPy

_COMMANDS = {
    "layers": "convolution layers, each pass apart, against PyTorch and ONNX Runtime (the default)",
    "pools": "max and average pooling, forward and back, against PyTorch",
    "training": "whole networks: a training step, and inference, against PyTorch, Keras and ONNX Runtime",
    "steps": "conv_forward against the same function in plain loops",
    "scaling": "our own large layers: all threads against one, and the share of the peak",
    "memory": "our own layers: how much memory a pass takes beside its input and output",
    "start": "how long a program takes to import adim and to convolve a first image, beside PyTorch",
    "classroom": "how long a class takes to grade and a learner waits, and whether a run that was killed goes on",
    "page": "copy the newest report of each command and setting into docs/performance.md",
    "accuracy": "how many test images `adim train` gets right, with several seeds",
}


def main(arguments: Sequence[str]) -> int:
    """Measure, and return 0; where two sides disagree, report nothing and return 1."""
    options = vars(_parser().parse_args(arguments if _names_a_command(arguments) else ["layers", *arguments]))
    try:
        options["out"].mkdir(parents=True, exist_ok=True)  # before minutes are spent on what could not be written
    except OSError as error:
        print(f"bench: there can be no folder {options['out']}: {error.strerror}", file=sys.stderr)
        return 1
    threads.limit(options["threads"])
    command = import_module(f"bench.{options.pop('command')}")
    disagreement = import_module("bench.contest").Disagreement
    try:
        with import_module("adim.speed").limited(options["threads"]):
            command.run(**options)
    except disagreement as found:
        print(f"bench: no report, since the results differ. {found}", file=sys.stderr)
        return 1
    return 0


def _names_a_command(arguments: Sequence[str]) -> bool:
    return bool(arguments) and (arguments[0] in _COMMANDS or arguments[0] in ("-h", "--help"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Time adim beside its peers, in one run.")
    commands = parser.add_subparsers(dest="command", required=True)
    parsers = {name: commands.add_parser(name, help=text, description=text) for name, text in _COMMANDS.items()}

    for name in ("layers", "scaling", "memory"):
        parsers[name].epilog = f"suites: {', '.join(shapes.suites())}"
        parsers[name].add_argument(
            "--suite",
            nargs="+",
            metavar="NAME",
            default=shapes.DEFAULT_SUITES,
            help=f"names of suites or patterns of them, NAME@8 for a batch of 8 "
            f"(default: {' '.join(shapes.DEFAULT_SUITES)})",
        )
    parsers["layers"].add_argument("--batch", type=_count, metavar="N", help="instead of each layer's own batch size")
    training = parsers["training"]
    training.add_argument(
        "--network", nargs="+", choices=NETWORKS, default=list(NETWORKS), metavar="NAME", help="(%(default)s)"
    )
    training.add_argument("--part", nargs="+", choices=PARTS, default=PARTS, metavar="NAME", help="(%(default)s)")
    for name, seconds in (("layers", 0.3), ("pools", 0.3), ("training", 2.0)):
        parsers[name].add_argument(
            "--seconds", type=float, default=seconds, help="how long each side of each part is timed (%(default)s)"
        )
        parsers[name].add_argument(
            "--peer",
            nargs="*",
            choices=_PEERS,
            default=_PEERS,
            metavar="NAME",
            help=f"whom to measure against ({' '.join(_PEERS)})",
        )
    for name in ("layers", "pools"):
        parsers[name].add_argument(
            "--engine", default="compiled", metavar="NAME", help="who computes on our side (%(default)s)"
        )
    parsers["scaling"].add_argument(
        "--seconds", type=float, default=0.3, help="how long each pass is timed on each number of threads (%(default)s)"
    )
    for name in ("layers", "pools", "scaling", "memory", "steps"):
        parsers[name].add_argument("--dtype", choices=("float32", "float64"), default="float32")
    parsers["start"].add_argument(
        "--rounds", type=_count, default=11, metavar="N", help="how often each program starts (%(default)s)"
    )
    parsers["classroom"].add_argument(
        "--submissions", type=_count, default=200, metavar="N", help="how many learners there are (%(default)s)"
    )
    accuracy = parsers["accuracy"]
    accuracy.add_argument("--data", default="digits", metavar="DATA", help="what `adim train` takes (%(default)s)")
    accuracy.add_argument("--network", metavar="NAME", help="instead of the one that `adim train` chooses")
    accuracy.add_argument("--seeds", type=_count, default=5, metavar="N", help="how often to train (%(default)s)")
    for command in parsers.values():
        command.add_argument(
            "--threads",
            type=_count,
            default=threads.usable(),
            metavar="N",
            help="for each side (as many as there are processors: %(default)s)",
        )
        command.add_argument(
            "--out", type=Path, default=Path("bench-results"), metavar="FOLDER", help="for the results (%(default)s)"
        )
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {count}")
    return count


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
