"""The course: lessons, exercises, and checks that name the mistake.

`check` takes a function that a learner wrote, calls it in many ways, and says what is right and what is wrong with it
and where to look; `use_language` chooses English or Turkish for all that the course prints.
"""

from adim.learn.checking import check
from adim.learn.languages import use_language

__all__ = ["check", "use_language"]
