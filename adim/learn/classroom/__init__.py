"""A class: a folder of submissions goes in; grades, a page for each learner and a report on all of them come out."""

from adim.learn.classroom.grader import Grader
from adim.learn.classroom.grading import grade, grade_with
from adim.learn.classroom.likeness import Alike
from adim.learn.classroom.notes import Note
from adim.learn.classroom.result import ClassResult, Graded
from adim.learn.classroom.summary import summary

__all__ = ["Alike", "ClassResult", "Graded", "Grader", "Note", "grade", "grade_with", "summary"]
