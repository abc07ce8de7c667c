import json
from pathlib import Path

import pytest

from adim.learn.exercises import EXERCISES
from adim.learn.libraries import Use, foreign
from adim.learn.source import LONGEST, parse, read


def code_of(*cells, notebook=False):
    return parse(Path("a.py"), cells, notebook=notebook)


def test_what_no_exercise_needs_is_left_out_and_lines_stay():
    text = "import os\nimport numpy as np\nprint(1)\nk = 3\n\ndef zero_pad(X, pad):\n    return np.pad(X, k)\n\nf(0)\n"
    kept = code_of(text).code.split("\n")
    assert kept[:7] == ["", "import numpy as np", "", "k = 3", "", "def zero_pad(X, pad):", "    return np.pad(X, k)"]
    assert not any(kept[7:])


def test_what_a_needed_thing_needs_is_kept_in_turn():
    text = "a = 1\nb = a + 1\nclass F:\n    width = b\n@staticmethod\ndef zero_pad(X, pad):\n    return F.width\nc = 2"
    assert code_of(text).code == text.removesuffix("c = 2")


def test_a_patched_numpy_is_not_patched():
    text = "import numpy as np\nnp.allclose = lambda *a: True\ndef zero_pad(X, pad):\n    return np.pad(X, pad)"
    assert "allclose" not in code_of(text).code


def test_compound_statements_that_bind_a_name_are_kept():
    text = "try:\n    import numpy as np\nexcept E:\n    np = None\nif np:\n    def zero_pad(X, pad):\n        pass"
    submission = code_of(text)
    assert submission.code == text
    assert submission.functions == ("zero_pad",)


def test_a_broken_block_costs_only_itself():
    text = (
        "import numpy as np\ndef conv_forward(A, W:\n    return 1\ndef zero_pad(X, pad):\n    return np.pad(X, pad)\n"
    )
    submission = code_of(text)
    assert submission.functions == ("zero_pad",)
    ((line, why),) = submission.broken
    assert line == 2
    assert why.startswith("SyntaxError")


def test_a_local_name_needs_no_statement_of_that_name():
    text = "stride = 1 / 0\ndef pool_forward(A_prev, stride):\n    return A_prev[::stride]"
    assert code_of(text).code.split("\n")[0] == ""


def test_the_last_definition_counts_and_both_are_there():
    text = "def zero_pad(X, pad):\n    return 1\ndef zero_pad(X, pad):\n    return 2"
    assert code_of(text).code == text


def notebook(*cells, tmp_path, **more):
    tree = {
        "cells": [
            {
                "cell_type": "code",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
                "id": f"c{n}",
            }
            for n, source in enumerate(cells)
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
        **more,
    }
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(tree), "utf-8")
    return path


def test_a_notebook_is_read_cell_by_cell(tmp_path):
    path = notebook(
        "%matplotlib inline\nimport numpy as np\n!ls",
        "%%bash\nrm -rf /",
        "this is no Python",
        ["%%time\n", "def zero_pad(X, pad):\n", "    return np.pad(X, pad)"],
        tmp_path=tmp_path,
    )
    submission = read(path)
    assert submission.functions == ("zero_pad",)
    line = submission.code.split("\n").index("def zero_pad(X, pad):") + 1
    assert submission.place(line) == (4, 2)
    assert [submission.place(line) for line, _ in submission.broken] == [(3, 1)]
    assert "rm -rf" not in submission.code


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", r"must be a \.py or \.ipynb file"),
        ("a.py", b"\xff\xfe\x00", "no text in UTF-8"),
        ("a.ipynb", b"[1, 2", "no notebook that can be read"),
        ("a.ipynb", b"[]", "no notebook that can be read"),
        (
            "a.ipynb",
            b'{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
            "no notebook that can be read",
        ),
        ("a.py", b"#" * (LONGEST + 1), "at most 5 MiB"),
    ],
)
def test_what_is_no_submission_is_refused_in_words(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read(tmp_path / name)


def test_an_encoding_is_heeded(tmp_path):
    (tmp_path / "a.py").write_bytes(
        "# -*- coding: iso-8859-9 -*-\nşey = 1\ndef zero_pad(X, pad):\n    return şey".encode("iso-8859-9")
    )
    assert "return şey" in read(tmp_path / "a.py").code


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read(tmp_path / "a.py")


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("import torch\ndef conv_forward(A, W, b, h):\n    return torch.conv2d(A, W)", Use("torch", 1)),
        ("def conv_forward(A, W, b, h):\n    from scipy import signal\n    return signal", Use("scipy", 2)),
        ("import adim\ndef f(x):\n    return adim.ops\ndef conv_forward(A, W, b, h):\n    return f(A)", Use("adim", 1)),
        ("from adim.steps import conv_forward as g\ndef conv_forward(A, W, b, h):\n    return g(A)", Use("adim", 1)),
        ("from adim.steps import zero_pad\ndef conv_forward(A, W, b, h):\n    return zero_pad(A, 1)", None),
        ("from adim.steps import zero_pad, pool_forward\ndef conv_forward(A):\n    return zero_pad(A, 1)", None),
        ("import torch\nimport numpy as np\ndef conv_forward(A, W, b, h):\n    return np.sum(A)", None),
    ],
)
def test_libraries_that_compute_are_found(text, use):
    assert foreign(text, EXERCISES["conv_forward"]) == use


def test_the_textbook_may_not_do_the_exercise_itself():
    text = "from adim.steps import zero_pad as z\ndef zero_pad(X, pad):\n    return z(X, pad)"
    assert foreign(text, EXERCISES["zero_pad"]) == Use("adim", 1)
