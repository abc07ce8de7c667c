"""What `adim course start` and `adim course status` say, in both languages."""

from __future__ import annotations

from adim.learn.languages import Text, number
from adim.learn.workbook.folder import Started
from adim.learn.workbook.progress import Progress, Step

NO_JUPYTER = Text(
    en="JupyterLab is not installed; install it with: pip install jupyterlab",
    tr="JupyterLab kurulu değil; kurmak için: pip install jupyterlab",
)
NONE_DEFINED = Text(
    en="{path} defines none of the exercises: {exercises}",
    tr="{path} alıştırmalardan hiçbirini tanımlamıyor: {exercises}",
)
_WRITTEN = Text(en="{count} files written to {folder}", tr="{folder} klasörüne {count} dosya yazıldı")
_KEPT = Text(
    en="{count} files were there already and stay as they are", tr="zaten orada olan {count} dosya olduğu gibi kaldı"
)
_NEXT = Text(
    en="Open {first} in Jupyter, or write in {exercises} and run: adim course check {exercises}",
    tr="{first} defterini Jupyter'da aç ya da {exercises} dosyasına yaz ve çalıştır: adim course check {exercises}",
)
_POINTS = Text(en="{points} of 100 points", tr="100 üzerinden {points} puan")
_GO_ON = Text(en="next: {title}", tr="sıradaki: {title}")
_ALL_DONE = Text(en="every exercise is right", tr="bütün alıştırmalar doğru")
_NO_POINTS = Text(en="no points", tr="puansız")


def started(done: Started) -> str:
    """Return what was written, and what to do next."""
    lines = [_WRITTEN.into(done.language, count=len(done.written), folder=done.folder)]
    if done.kept:
        lines.append(_KEPT.into(done.language, count=len(done.kept)))
    every = sorted([*done.written, *done.kept])
    notebooks = [path for path in every if path.suffix == ".ipynb"]
    exercises = next(path for path in every if path.suffix == ".py")
    return "\n".join([*lines, _NEXT.into(done.language, first=notebooks[0], exercises=exercises)])


def progress(found: Progress) -> str:
    """Return a line for each lesson, with a mark for each exercise, and what is next."""
    width = max(len(step.lesson.title) for step in found.steps)
    lines = [f"{step.lesson.title:{width}}  {_exercises(found, step)}" for step in found.steps]
    open_steps = [step for step in found.steps if step.verdicts and not step.done]
    following = (
        _GO_ON.into(found.language, title=open_steps[0].lesson.title) if open_steps else _ALL_DONE.into(found.language)
    )
    points = _POINTS.into(found.language, points=number(found.points, found.language))
    return "\n".join([*lines, "", f"{points}; {following}"])


def _exercises(found: Progress, step: Step) -> str:
    if not step.verdicts:
        return _NO_POINTS.into(found.language)
    return ", ".join(
        f"{'✓' if v.passed else '·'} {v.exercise} {number(v.points, found.language)}/{v.of}" for v in step.verdicts
    )
