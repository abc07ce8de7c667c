"""The course: lessons, exercises, and checks that name the mistake."""
