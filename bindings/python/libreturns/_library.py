"""Finds the C library, and holds what every call into it shares. Nothing else here talks to the loader.

In: nothing. Out: `ffi` and `lib`, and helpers between Python and C. It must not know policies, requests or answers.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NoReturn, Optional

from . import _declarations
from .errors import ReturnsError

SONAME = "libreturns.so.0"

ffi: Any = _declarations.ffi


def _load() -> Any:
    bundled, named = Path(__file__).with_name(SONAME), os.environ.get("LIBRETURNS_LIBRARY")
    tried = []
    for path, lacking in (
        (str(bundled) if bundled.exists() else None, f"{bundled}: there is no such file"),
        (named, "LIBRETURNS_LIBRARY: not set"),
        (SONAME, ""),
    ):
        if not path:
            tried.append(lacking)
            continue
        try:
            library = ffi.dlopen(path)
            getattr(library, "returns_batch_new")  # an older library of the same soname lacks it
            return library
        except (OSError, AttributeError, ffi.error) as error:
            tried.append(f"{path}: {error}")
    raise ImportError("cannot load the libreturns library; tried\n" + "\n".join(f"  {line}" for line in tried))


lib: Any = _load()


def text_of(pointer: Any) -> str:
    """A text that C owns, as Python's own; "" for NULL."""
    return ffi.string(pointer).decode("utf-8", "replace") if pointer else ""


def optional_text_of(pointer: Any) -> Optional[str]:
    return text_of(pointer) if pointer else None


def bytes_of(pointer: Any, size: Any) -> bytes:
    return bytes(ffi.buffer(pointer[0], size[0]))


def c_name(name: str, what: str) -> bytes:
    """A name for a C function that reads up to the first NUL."""
    if not isinstance(name, str):
        raise TypeError(f"{what} is a str, not {type(name).__name__}")
    if "\0" in name:
        raise ValueError(f"{what} holds a NUL character")
    return name.encode("utf-8", "surrogatepass")


def fail(status: int) -> NoReturn:
    """Raises what a status means where nothing more is known about it."""
    if status == lib.RETURNS_ERROR_MEMORY:
        raise MemoryError
    raise ReturnsError(text_of(lib.returns_status_text(status)))


def check(status: int) -> None:
    if status != lib.RETURNS_OK:
        fail(status)
