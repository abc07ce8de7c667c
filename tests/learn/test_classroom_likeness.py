"""Near-identical submissions are found whatever their names, and what everybody shares is no hint."""

import re
from pathlib import Path

import pytest
from pupils import textbook

from adim.learn.classroom import likeness
from adim.learn.classroom.likeness import FEWEST, find_alike, fingerprints
from adim.learn.source import read

ALI = '''
def zero_pad(X, pad):
    """Pads."""
    m, n_H, n_W, n_C = X.shape
    padded = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                padded[i, h + pad, w + pad] = X[i, h, w]
    return padded

def distribute_value(dz, shape):
    rows, columns = shape
    share = dz / rows / columns
    spread = []
    while len(spread) < rows:
        spread.append([share for column in range(columns) if column >= 0])
    return np.array(spread).reshape(rows, columns) + 0.0
'''

OWN = """
def zero_pad(X, pad):
    above, beside = (pad, pad), (0, 0)
    if not pad:
        return X.copy()
    pieces = [np.pad(image, (above, above, beside), mode="constant") for image in X]
    result = np.stack(pieces, axis=0)
    assert result.ndim == X.ndim and result.shape[0] == len(pieces), "lost an image"
    return result.astype(X.dtype, copy=False) if result.dtype != X.dtype else result

def distribute_value(dz, shape):
    total = np.prod(shape)
    try:
        return np.full(tuple(shape), float(dz) / total)
    except ZeroDivisionError:
        return np.empty(shape)
"""


def renamed(code):
    for old, new in {"padded": "sonuç", "share": "pay", "rows": "satır", "columns": "sütun", "spread": "liste"}.items():
        code = re.sub(rf"\b{old}\b", new, code)
    return code.replace('"""Pads."""', '"""Doldurur."""').replace("return", "# bitti\n    return")


def alike(codes):
    return find_alike({name: [code] for name, code in codes.items()})


def test_names_comments_and_texts_hide_nothing():
    (group,) = alike({"ali": ALI, "veli": renamed(ALI), "own": OWN})
    assert group == (("ali", "veli"), 1, 1, ("zero_pad", "distribute_value"))


def test_a_small_change_lowers_the_degree():
    (group,) = alike({"ali": ALI, "veli": ALI.replace("dz / rows / columns", "dz / (rows * columns)")})
    assert likeness.ALIKE <= group.least == group.most < 1


def test_who_is_linked_over_another_is_in_the_group():
    changed = ALI.replace("dz / rows / columns", "dz / (rows * columns)")
    (group,) = alike({"ali": ALI, "veli": changed, "can": renamed(changed), "own": OWN})
    assert group.learners == ("ali", "can", "veli")
    assert group.least < group.most == 1


def test_groups_stay_apart():
    groups = alike({"a": ALI, "b": OWN, "c": renamed(ALI), "d": OWN})
    assert [group.learners for group in groups] == [("a", "c"), ("b", "d")]


def test_the_order_of_functions_and_cells_does_not_matter():
    first, second = ALI.split("\n\n", maxsplit=1)
    (group,) = find_alike({"ali": [ALI], "veli": [second, first]})
    assert group.least == 1


def test_what_most_of_a_class_shares_is_no_hint():
    assert alike({f"learner {n}": ALI for n in range(likeness.CLASS)}) == ()
    others = {f"learner {n}": OWN for n in range(likeness.CLASS)}
    assert [group.learners for group in alike({"ali": ALI, "veli": ALI, **others})] == [("ali", "veli")]


def test_the_textbook_is_no_hint():
    assert len(fingerprints([textbook()])) > 10 * FEWEST
    assert alike({"ali": textbook(), "veli": textbook()}) == ()


def test_short_functions_are_no_hint():
    code = "def zero_pad(X, pad):\n    return np.pad(X, pad)\n"
    assert alike({"ali": code, "veli": code}) == ()


def test_independent_solutions_are_no_hint():
    programs = [
        path for kind in ("right", "wrong") for path in (Path(__file__).parent / "submissions" / kind).iterdir()
    ]
    codes = {path.name: [read(path).code] for path in programs if path.suffix in (".py", ".ipynb")}
    assert len(codes) > 50
    assert find_alike(codes) == ()


@pytest.mark.parametrize("code", ["def zero_pad(:", "\0", "(" * 5000, "-" * 100_000 + "1", "x = " + "1" * 2**20, ""])
def test_code_that_cannot_be_read_has_no_fingerprints(code):
    assert fingerprints([code]) == frozenset()


def test_the_last_definition_counts():
    assert fingerprints([OWN, ALI]) == fingerprints([ALI])


def test_helpers_are_compared_whatever_they_are_called():
    def helped(name):
        return f"{ALI.replace('def zero_pad', f'def {name}')}\ndef zero_pad(X, pad):\n    return {name}(X, pad)\n"

    (group,) = alike({"ali": helped("frame"), "veli": helped("çerçeve")})
    assert group == (("ali", "veli"), 1, 1, ("distribute_value",))  # what is left of zero_pad is too short
