"""What is written comes back bit for bit; what was not written by us never does, and never does harm."""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as npst
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from safetensors.numpy import load_file, save_file

from adim.files.model_file import read_model, write_model

CONFIG = {"class": "Sequential", "layers": [{"class": "Dense", "units": 3, "rate": 0.1, "name": None}]}
ARRAYS = {
    "dense/kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
    "dense/bias": np.array([0.5, -0.5, np.nan]),
}
METADATA = {"format": "adim", "version": "1", "architecture": json.dumps(CONFIG)}

quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


@pytest.fixture
def scarce_memory() -> Iterator[None]:
    """Let an allocation of more than half a gigabyte fail."""
    resource = pytest.importorskip("resource")
    if not Path("/proc/self/statm").exists():
        pytest.skip("the size of this process is read from Linux's /proc")
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + 2**29, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def raw(header: dict[str, Any] | bytes, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def spec(dtype: str = "F32", shape: tuple[int, ...] = (1,), offsets: tuple[int, int] = (0, 4)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def assert_same(found: dict[str, np.ndarray], given_: dict[str, np.ndarray]) -> None:
    assert found.keys() == given_.keys()
    for name, array in given_.items():
        assert found[name].shape == array.shape
        assert found[name].dtype == array.dtype.newbyteorder("=")
        assert found[name].tobytes() == array.astype(found[name].dtype).tobytes()


# -- there and back ----------------------------------------------------------------------------------------------------


def test_a_model_comes_back(path: Path):
    write_model(path, CONFIG, ARRAYS)
    config, arrays = read_model(str(path))
    assert config == CONFIG
    assert list(config) == list(CONFIG)
    assert_same(arrays, ARRAYS)
    assert all(array.flags.writeable for array in arrays.values())


finite = st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
floats = st.sampled_from(["<f4", "<f8", ">f4", ">f8"]).flatmap(
    lambda dtype: npst.arrays(dtype, npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3))
)
layouts = st.sampled_from([lambda a: a, np.asfortranarray, np.transpose, lambda a: a[::-1] if a.ndim else a])
array_names = st.text(max_size=9).filter(lambda name: name != "__metadata__")


@quick
@given(st.dictionaries(st.text(), plain, max_size=4), st.dictionaries(array_names, floats, max_size=4), layouts)
def test_any_configuration_and_any_arrays_come_back(path: Path, config: Any, arrays: Any, layout: Any):
    arrays = {name: layout(array) for name, array in arrays.items()}
    before = {name: array.copy() for name, array in arrays.items()}
    write_model(path, config, arrays)
    found_config, found = read_model(path)
    assert found_config == config
    assert_same(found, arrays)
    assert all(array.tobytes() == before[name].tobytes() for name, array in arrays.items())


def test_other_programs_can_read_the_weights(path: Path):
    write_model(path, CONFIG, ARRAYS)
    assert_same(load_file(path), ARRAYS)


def test_the_library_s_own_writer_can_be_read(path: Path):
    save_file(ARRAYS, path, metadata=METADATA)
    config, arrays = read_model(path)
    assert config == CONFIG
    assert_same(arrays, ARRAYS)


def test_the_same_content_gives_the_same_bytes_in_every_run(path: Path):
    write_model(path, {"a": [1, 2.5]}, {"x": np.float32([[1]]), "b": np.float64([2.0]), "a": np.float32([3])})
    header = (
        b'{"__metadata__":{"architecture":"{\\"a\\":[1,2.5]}","format":"adim","version":"1"},'
        b'"b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},'
        b'"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},'
        b'"x":{"dtype":"F32","shape":[1,1],"data_offsets":[12,16]}}'
    )
    header += b" " * (-len(header) % 8)
    assert path.read_bytes() == raw(header, struct.pack("<dff", 2, 3, 1))


def test_arrays_start_at_multiples_of_their_itemsize(path: Path):
    write_model(path, {}, {"a": np.zeros(1, np.float32), "b": np.zeros(1), "ü": np.zeros(3, np.float32)})
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    assert length % 8 == 0
    for entry in json.loads(data[8 : 8 + length]).values():
        assert entry.get("data_offsets", [0])[0] % {"F64": 8, "F32": 4}.get(entry.get("dtype"), 1) == 0


# -- what is not written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.int64, np.uint8, np.bool_, np.complex64, np.longdouble, object, "U3"])
def test_other_dtypes_are_refused(path: Path, dtype: Any):
    with pytest.raises(TypeError, match=r"float32 or float64; 'w' is .*Convert it first"):
        write_model(path, {}, {"w": np.zeros(2).astype(dtype)})
    assert not path.exists()


def test_a_list_is_no_array(path: Path):
    with pytest.raises(TypeError, match="'w' is list"):
        write_model(path, {}, {"w": [1.0]})


@pytest.mark.parametrize("name", ["__metadata__", 3, None])
def test_names_are_strings_with_one_exception(path: Path, name: Any):
    with pytest.raises(ValueError, match="needs a string for a name"):
        write_model(path, {}, {name: np.zeros(1)})


def test_a_name_that_is_no_text_is_refused(path: Path):
    with pytest.raises(ValueError, match="surrogates not allowed"):
        write_model(path, {}, {"\ud800": np.zeros(1)})
    assert not path.exists()


@pytest.mark.parametrize("value", [np.zeros(2), np.float32(1), {1, 2}, b"x", print])
def test_a_configuration_is_plain(path: Path, value: Any):
    with pytest.raises(TypeError, match="JSON's plain values: Object of type"):
        write_model(path, {"a": [value]}, {})
    assert not path.exists()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_configuration_is_finite(path: Path, value: float):
    with pytest.raises(ValueError, match="finite, plain JSON values"):
        write_model(path, {"a": value}, {})


def test_a_failed_save_keeps_the_old_model(path: Path, monkeypatch: pytest.MonkeyPatch):
    write_model(path, CONFIG, ARRAYS)

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        write_model(path, {}, {})
    monkeypatch.undo()
    assert read_model(path)[0] == CONFIG
    assert list(path.parent.iterdir()) == [path]


# -- what is not read --------------------------------------------------------------------------------------------------


def test_a_missing_file_is_missing(path: Path):
    with pytest.raises(FileNotFoundError, match=r"model\.safetensors"):
        read_model(path)


def test_a_folder_is_no_model(tmp_path: Path):
    with pytest.raises(ValueError, match="is a folder or a device, not a model; give the"):
        read_model(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="a pipe in a folder is POSIX's")
def test_a_pipe_is_not_waited_for(path: Path):
    os.mkfifo(path)
    with pytest.raises(ValueError, match="folder or a device"):
        read_model(path)


def ours(architecture: str | None = "{}", **tensors: Any) -> dict[str, Any]:
    metadata = {"format": "adim", "version": "1", "architecture": architecture}
    return {"__metadata__": {key: value for key, value in metadata.items() if value is not None}, **tensors}


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no .safetensors file, or it is damaged"),
    "seven bytes": (b"\0" * 7, "no .safetensors file"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "no .safetensors file"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + b"\0" * 99, "no .safetensors file"),
    "pickle": (b"\x80\x04\x95\x0b\0\0\0\0\0\0\0cos\nsystem\n(S'true'\ntR.", "no .safetensors file"),
    "header of 2**63 bytes": (struct.pack("<Q", 2**63) + b"{}", "no .safetensors file"),
    "header of 2**64 - 1 bytes": (struct.pack("<Q", 2**64 - 1) + b"{}", "no .safetensors file"),
    "header beyond the file": (struct.pack("<Q", 99_999_999) + b"{}", "no .safetensors file"),
    "header without JSON": (raw(b"[" * 100_000), "no .safetensors file"),
    "header nested deep": (raw(b'{"a":{"x":' + b'{"a":' * 100_000), "no .safetensors file"),
    "header in UTF-16": (raw('{"__metadata__":{}}'.encode("utf-16")), "no .safetensors file"),
    "no metadata": (raw({"w": spec()}, b"\0" * 4), "without an adim architecture"),
    "torch's metadata": (raw({"__metadata__": {"format": "pt"}, "w": spec()}, b"\0" * 4), "set its weights"),
    "metadata of numbers": (raw({"__metadata__": {"format": 1}}), "no .safetensors file"),
    "newer version": (raw({"__metadata__": {**METADATA, "version": "2"}}), "version '2' .* reads version 1. Upgrade"),
    "no version": (raw({"__metadata__": {"format": "adim"}}), "version None"),
    "no architecture": (raw(ours(None)), "architecture is damaged"),
    "architecture cut off": (raw(ours('{"layers": [')), "architecture is damaged"),
    "architecture a list": (raw(ours("[]")), r"must be a JSON object; it is \[\]"),
    "architecture nested deep": (raw(ours("[" * 1_000_000)), "architecture is damaged"),
    "architecture nested deep and whole": (raw(ours('{"a":' * 99_999 + "1" + "}" * 99_999)), "architecture is damaged"),
    "architecture with NaN": (raw(ours('{"rate": NaN}')), "architecture is damaged"),
    "architecture with Infinity": (raw(ours('{"rate": [-Infinity]}')), "architecture is damaged"),
    "architecture with 1e999": (raw(ours('{"rate": 1e999}')), "architecture is damaged"),
    "architecture with an endless integer": (raw(ours('{"units": 1' + "0" * 9999 + "}")), "architecture is damaged"),
    "architecture with a repeated key": (raw(ours('{"a": {"b": 1, "b": 2}}')), "repeats a key"),
    "repeated array": (
        raw(b'{"w":%s,"w":%s}' % ((json.dumps(spec()).encode(),) * 2), b"\0" * 4),
        "repeats a key",
    ),
    "repeated metadata": (raw(b'{"__metadata__":{"format":"x","format":"adim"}}'), "repeats a key"),
    "overlapping arrays": (raw(ours(v=spec(), w=spec()), b"\0" * 4), "no .safetensors file"),
    "hole between arrays": (raw(ours(v=spec(), w=spec(offsets=(8, 12))), b"\0" * 12), "no .safetensors file"),
    "bytes after the arrays": (raw(ours(w=spec()), b"\0" * 8), "no .safetensors file"),
    "array beyond the file": (raw(ours(w=spec()), b"\0" * 3), "no .safetensors file"),
    "offsets backwards": (raw(ours(w=spec(offsets=(4, 0))), b"\0" * 4), "no .safetensors file"),
    "offsets negative": (raw(ours(w=spec(offsets=(-4, 0))), b"\0" * 4), "no .safetensors file"),
    "shape and bytes disagree": (raw(ours(w=spec(shape=(2,))), b"\0" * 4), "no .safetensors file"),
    "shape negative": (raw(ours(w=spec(shape=(-1,))), b"\0" * 4), "no .safetensors file"),
    "shape that overflows": (raw(ours(w=spec(shape=(2**33, 2**33))), b"\0" * 4), "no .safetensors file"),
    "shape of 2**40 and no bytes": (raw(ours(w=spec(shape=(2**40,), offsets=(0, 0)))), "no .safetensors file"),
    "shape empty and enormous": (raw(ours(w=spec(shape=(2**62, 0), offsets=(0, 0)))), "'w' has an impossible shape"),
    "shape with an uncountable length": (raw(ours(w=spec(shape=(0, 2**63), offsets=(0, 0)))), "impossible shape"),
    "shape of 100 axes": (raw(ours(w=spec(shape=(1,) * 100)), b"\0" * 4), "impossible shape"),
    "dtype unknown": (raw(ours(w=spec("F31")), b"\0" * 4), "no .safetensors file"),
    **{
        f"dtype {dtype}": (raw(ours(w=spec(dtype, (8,), (0, size))), b"\0" * size), f"'w' has dtype {dtype}; a model")
        for dtype, size in {"BF16": 16, "F16": 16, "I64": 64, "U8": 8, "BOOL": 8, "C64": 64, "F8_E4M3": 8}.items()
    },
}


@pytest.mark.usefixtures("scarce_memory")
@pytest.mark.parametrize("case", HOSTILE)
def test_foreign_and_hostile_files_are_refused_by_name(path: Path, case: str):
    data, message = HOSTILE[case]
    path.write_bytes(data)
    with pytest.raises(ValueError, match=rf"^{path} (?s:.)*{message}") as raised:
        read_model(path)
    assert len(str(raised.value)) < 500


def test_what_another_program_saved_is_foreign(path: Path):
    save_file({"w": np.zeros(3, np.float32)}, path)
    with pytest.raises(ValueError, match="come without an adim architecture"):
        read_model(path)


def test_a_file_cut_anywhere_is_refused(path: Path):
    write_model(path, CONFIG, ARRAYS)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"model\.safetensors"):
            read_model(path)


def read_or_refuse(path: Path, data: bytes) -> None:
    """Read `data`: a plain result or a ValueError that names the file, and nothing else."""
    path.write_bytes(data)
    try:
        config, arrays = read_model(path)
    except ValueError as refusal:
        if str(path) not in str(refusal):
            raise
    else:
        assert isinstance(config, dict)
        assert all(array.dtype in (np.float32, np.float64) for array in arrays.values())
        write_model(path, config, arrays)  # what was let in is fit to be written


edits = st.lists(
    st.tuples(st.sampled_from(["set", "insert", "delete"]), st.floats(0, 1), st.binary(min_size=1, max_size=8)),
    min_size=1,
    max_size=4,
)


@settings(quick, max_examples=400)
@given(edits)
def test_a_damaged_file_is_refused_or_plain(path: Path, changes: list[tuple[str, float, bytes]]):
    write_model(path, CONFIG, ARRAYS)
    data = bytearray(path.read_bytes())
    for kind, where, new in changes:
        at = int(where * len(data))
        data[at : at + (0 if kind == "insert" else len(new))] = b"" if kind == "delete" else new
    read_or_refuse(path, bytes(data))


odd = st.sampled_from(["F32", "F64", "BF16", "I8", "", -1, 0, 1, 2, 4, 8, 2**31, 2**63, 2**64, 0.5, None, [], {}, "x"])


@settings(quick, max_examples=400)
@given(
    st.dictionaries(
        st.sampled_from(["w", "v", "__metadata__"]),
        odd
        | st.fixed_dictionaries(
            {
                "dtype": odd,
                "shape": st.lists(odd | st.integers(0, 4), max_size=3),
                "data_offsets": st.lists(st.integers(0, 16), min_size=2, max_size=2),
            }
        ),
    ),
    st.binary(max_size=16),
)
def test_a_malicious_header_is_refused_or_plain(path: Path, tensors: dict[str, Any], data: bytes):
    read_or_refuse(path, raw(ours() | tensors, data))


@settings(quick, max_examples=300)
@given(st.text() | plain.map(json.dumps), st.sampled_from(["1", "", "-1", "1.0", "9" * 9999, "٢"]))
def test_malicious_metadata_is_refused_or_plain(path: Path, architecture: str, version: str):
    read_or_refuse(path, raw({"__metadata__": METADATA | {"version": version, "architecture": architecture}}))
