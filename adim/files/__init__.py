"""Models and results on disk: whole files or none, and nothing that is read ever runs."""
