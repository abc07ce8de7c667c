"""A learner's folder: the lessons as notebooks, the exercises as a file, and how far they have come."""

from adim.learn.workbook.folder import Started, language_of, start
from adim.learn.workbook.lessons import Lesson, lessons
from adim.learn.workbook.progress import Progress, Step, status

__all__ = ["Lesson", "Progress", "Started", "Step", "language_of", "lessons", "start", "status"]
