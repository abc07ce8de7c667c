"""What the command line does, as calls: train and leave a run folder, evaluate, predict, describe, measure.

Each takes names and paths, checks them at the `door`, and returns what the command prints.
"""

from adim.runs.classifier import Classifier
from adim.runs.course import check_submission, course_status, grade_class, open_notebook, start_course
from adim.runs.door import InputError
from adim.runs.judging import Evaluation, Prediction, evaluate, predict, summary
from adim.runs.machine import info
from adim.runs.report import Run
from adim.runs.speed import PARTS, Speed, bench
from adim.runs.training import train
from adim.runs.verdict import ClassVerdict, Verdict
from adim.runs.warmup import Warmth, warmup

__all__ = [
    "PARTS",
    "ClassVerdict",
    "Classifier",
    "Evaluation",
    "InputError",
    "Prediction",
    "Run",
    "Speed",
    "Verdict",
    "Warmth",
    "bench",
    "check_submission",
    "course_status",
    "evaluate",
    "grade_class",
    "info",
    "open_notebook",
    "predict",
    "start_course",
    "summary",
    "train",
    "warmup",
]
