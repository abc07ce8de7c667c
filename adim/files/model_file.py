"""A model as one ``.safetensors`` file: arrays under their names, and the architecture as JSON in the metadata.

The format is a length, a JSON header and the raw numbers, so reading a file runs no code, and any program that knows
safetensors can look at the weights. This room knows arrays and JSON; what they mean is the graph's business.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from adim.arrays import FloatArray
from adim.atomic import replacing

FORMAT = "adim"
VERSION = "1"

_DTYPES = {"float32": ("F32", "<f4"), "float64": ("F64", "<f8")}


def write_model(path: str | os.PathLike[str], config: Mapping[str, Any], arrays: Mapping[str, FloatArray]) -> None:
    """Write an architecture and its arrays into one file; the same content gives the same bytes.

    Parameters
    ----------
    path : str or path-like
        The file to make or replace, by custom with the suffix ``.safetensors``. An error leaves the old file in place.
    config : dict
        The architecture, of plain JSON values.
    arrays : dict of str to ndarray
        Arrays of float32 or float64, in any memory layout.

    Raises
    ------
    TypeError
        If `config` holds what JSON cannot, or an array has another dtype.
    ValueError
        If `config` holds NaN or an infinity, or a name cannot stand in a file.
    OSError
        If the file cannot be written; see `adim.atomic.replacing`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "model.safetensors")
    >>> write_model(path, {"layers": ["dense"]}, {"dense/kernel": np.ones((2, 3), np.float32)})
    >>> config, arrays = read_model(path)
    >>> config
    {'layers': ['dense']}
    >>> arrays["dense/kernel"].shape
    (2, 3)
    """
    specs = {name: _spec(name, array) for name, array in arrays.items()}
    # Widest numbers first, as the format's own writer puts them: every array then starts at a multiple of its itemsize.
    order = sorted(specs, key=lambda name: (-arrays[name].itemsize, name))
    # safetensors.numpy.save shuffles its metadata from run to run; this header has one order.
    header: dict[str, Any] = {
        "__metadata__": {"architecture": _architecture(config), "format": FORMAT, "version": VERSION}
    }
    offset = 0
    for name in order:
        size = arrays[name].nbytes
        header[name] = {
            "dtype": specs[name][0],
            "shape": list(arrays[name].shape),
            "data_offsets": [offset, offset + size],
        }
        offset += size
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for name in order:
            file.write(arrays[name].astype(specs[name][1], copy=False).tobytes())


def read_model(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, FloatArray]]:
    """Read what `write_model` wrote.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    config : dict
        The architecture.
    arrays : dict of str to ndarray
        New arrays, in the file's order.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is truncated, damaged, or not one of ours. Nothing in it is trusted, and nothing in it runs.
    """
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415 - heavy, only when needed

    path = Path(path)
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is a folder or a device, not a model; give the .safetensors file that was saved")
    with path.open("rb") as file:
        try:
            with safe_open(path, framework="np") as tensors:
                # The library has found the header sound; its reader lets a repeated key pass.
                header = json.loads(file.read(int.from_bytes(file.read(8), "little")), object_pairs_hook=_unique)
                config = _config(header.pop("__metadata__", None))
                return config, {name: _array(tensors, name, spec) for name, spec in header.items()}
        except SafetensorError as error:
            raise ValueError(
                f"{path} is no .safetensors file, or it is damaged: {error}. Copy it again from where it was saved"
            ) from error
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path} cannot be read as a model: {error}") from error


def _spec(name: str, array: FloatArray) -> tuple[str, str]:
    """Return an array's dtype as the format and as NumPy spell it."""
    if not isinstance(name, str) or name == "__metadata__":
        raise ValueError(f"an array needs a string for a name, other than '__metadata__'; got {name!r}")
    if not isinstance(array, np.ndarray) or array.dtype.name not in _DTYPES:
        dtype = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"a model file holds arrays of float32 or float64; {name!r} is {dtype}. Convert it first")
    return _DTYPES[array.dtype.name]


def _architecture(config: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(config), allow_nan=False, separators=(",", ":"))
    except TypeError as error:
        raise TypeError(f"an architecture is made of JSON's plain values: {error}") from error
    except ValueError as error:
        raise ValueError(f"an architecture is made of finite, plain JSON values: {error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a JSON object, and refuse a key that comes twice: which of its values is meant is anybody's guess."""
    result = dict(pairs)
    if len(result) < len(pairs):
        raise ValueError("its JSON repeats a key; the file was made or changed by another program")
    return result


def _config(metadata: Any) -> dict[str, Any]:
    """Return the architecture in a header's metadata."""
    if metadata is None or metadata.get("format") != FORMAT:
        raise ValueError(
            "its weights come without an adim architecture. Build the network in Python and set its weights, "
            "or give a file that an adim model saved"
        )
    if metadata.get("version") != VERSION:
        raise ValueError(
            f"it has version {metadata.get('version')!r:.40} of the format, and this adim reads version {VERSION}. "
            "Upgrade adim"
        )
    try:
        config = json.loads(metadata.get("architecture", ""), object_pairs_hook=_unique)
        json.dumps(config, allow_nan=False)  # Python's reader lets NaN, Infinity and 1e999 in
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"its architecture is damaged ({error}). Copy the file again from where it was saved"
        ) from error
    if not isinstance(config, dict):
        raise ValueError(  # noqa: TRY004 - the file is at fault, not the caller's type
            f"its architecture must be a JSON object; it is {config!r:.40}"
        )
    return config


def _array(tensors: Any, name: str, spec: Mapping[str, Any]) -> FloatArray:
    """Return one array of an open file."""
    if spec["dtype"] not in ("F32", "F64"):
        raise ValueError(
            f"{name!r:.80} has dtype {spec['dtype']}; a model holds F32 (float32) or F64 (float64). "
            "Save it as one of these"
        )
    try:
        return tensors.get_tensor(name)  # type: ignore[no-any-return] # the library has no types
    except ValueError as error:  # an empty array whose other lengths NumPy cannot count, or too many axes
        raise ValueError(f"{name!r:.80} has an impossible shape ({error})") from error
