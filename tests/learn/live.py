"""Runs a submission in this process: what tests of the diagnosis need, without the sandbox's price."""

from pathlib import Path

from adim.learn.examination import examine
from adim.learn.exercises import EXERCISES
from adim.learn.libraries import foreign
from adim.learn.source import Submission, parse, read
from adim.learn.trial import load_program, perform


def verdict_on(source: Submission, name: str, seed: int = 0):
    """Return the verdict on one function of a submission."""
    exercise, file = EXERCISES[name], f"<{source.path.name}>"
    program = load_program(source.code, file)

    def run(tasks):
        return [tuple(perform(task, program.names, file)) for task in tasks]

    return examine(exercise, run, source, seed=seed, seconds=1, library=foreign(source.code, exercise))


def verdict_on_text(text: str, name: str, seed: int = 0):
    """Return the verdict on one function of a piece of Python."""
    return verdict_on(parse(Path("solution.py"), [text]), name, seed)


def verdict_on_file(path: Path, name: str, seed: int = 0):
    """Return the verdict on one function of a file."""
    return verdict_on(read(path), name, seed)
