"""The learners' programs are read by tests, and are none themselves."""

collect_ignore_glob = ["right/*", "wrong/*", "later/*"]
