"""What is known of the machine can be kept."""

import json

from bench import machine


def test_description_is_json_and_names_the_essentials() -> None:
    with machine.observed() as description:
        pass
    assert json.loads(json.dumps(description)) == description
    assert description["cpu"]
    assert description["cores"] >= 1
    assert description["instruction_sets"]
    assert description["blas"]
    assert description["others"] is None or description["others"] >= 0


def test_files_are_named_by_the_hour() -> None:
    assert machine.stamp({"date": "2026-01-31T23:59:58+00:00"}) == "20260131-235958"


def test_absent_programs_are_no_error() -> None:
    assert machine._output("no-such-program-anywhere") is None
    assert machine._output("git", "no-such-command") is None
