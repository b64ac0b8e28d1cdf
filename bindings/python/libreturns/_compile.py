"""From text to a policy's handle: hands the sources over, and brings the findings back as Python objects."""

from __future__ import annotations

import os
from collections.abc import Mapping
from json import loads
from typing import Any, Union

from ._library import bytes_of, c_name, check, fail, ffi, lib, text_of
from .errors import Diagnostic, Place, PolicyError, Related


def compile_policy(policy: Any, sources: Mapping[str, Union[str, bytes]], name: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    """The policy's handle, which frees itself, and warnings."""
    directory = None
    if isinstance(policy, os.PathLike):
        path = os.fsdecode(policy)
        directory, name = os.path.split(path)
        with open(path, "rb") as file:
            text: Union[str, bytes] = file.read()
    elif isinstance(policy, (str, bytes)):
        text = policy
        if isinstance(text, str) and "\n" not in text and text.endswith((".yaml", ".yml")):
            raise ValueError(f"{text!r} is the name of a file; a str is the text of a policy: pass pathlib.Path({text!r})")
    else:
        raise TypeError(f"a policy is text, or a path (os.PathLike), not {type(policy).__name__}")
    out = ffi.new("returns_compiler **")
    check(lib.returns_compiler_new(ffi.NULL, out))
    compiler = ffi.gc(out[0], lib.returns_compiler_free)
    _add_source(compiler, name, text)
    for other, source in sources.items():
        _add_source(compiler, other, source)
    if directory is not None:
        _add_neighbours(compiler, directory)
    return _compiled(compiler, f"{directory}/" if directory else "")


def _add_source(compiler: Any, name: str, text: Union[str, bytes]) -> None:
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"source {name!r} is str or bytes, not {type(text).__name__}")
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    status = lib.returns_compiler_add_source(compiler, c_name(name, "the name of a source"), data, len(data))
    if status == lib.RETURNS_ERROR_ARGUMENT:
        raise ValueError(f"source {name!r} is given twice, or its name is no text")
    if status == lib.RETURNS_ERROR_LIMIT:
        raise PolicyError(f"{name}: {text_of(lib.returns_status_text(status))}")
    check(status)


def _add_neighbours(compiler: Any, directory: str) -> None:
    """The files that the sources ask for, as far as they are there; what is not, the compiler reports where it is asked for."""
    name = ffi.new("char **")
    index = 0
    while True:
        check(lib.returns_compiler_missing_source(compiler, index, name))
        if not name[0]:
            return
        wanted = text_of(name[0])
        path = f"{directory or '.'}/{wanted}"
        if os.path.isfile(path):
            with open(path, "rb") as file:
                _add_source(compiler, wanted, file.read())
        else:
            index += 1


def _compiled(compiler: Any, directory: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    out, found = ffi.new("returns_policy **"), ffi.new("returns_diagnostics **")
    status = lib.returns_policy_compile(compiler, out, found)
    handle = ffi.gc(out[0], lib.returns_policy_free) if out[0] else None
    diagnostics = ffi.gc(found[0], lib.returns_diagnostics_free) if found[0] else None
    findings: tuple[Diagnostic, ...] = ()
    if diagnostics is not None:
        check(lib.returns_diagnostics_set_directory(diagnostics, os.fsencode(directory)))
        findings = tuple(_diagnostic(item) for item in loads(_written(lib.returns_diagnostics_json, diagnostics)))
    if status == lib.RETURNS_OK:
        return handle, findings
    if status == lib.RETURNS_ERROR_POLICY:
        raise PolicyError(_written(lib.returns_diagnostics_text, diagnostics, 0), findings)
    if status == lib.RETURNS_ERROR_LIMIT:
        raise PolicyError(text_of(lib.returns_status_text(status)), findings)
    fail(status)


def _written(write: Any, diagnostics: Any, *arguments: int) -> str:
    text, size = ffi.new("char **"), ffi.new("size_t *")
    check(write(diagnostics, *arguments, text, size))
    return bytes_of(text, size).decode("utf-8", "replace")


def _diagnostic(item: dict[str, Any]) -> Diagnostic:
    related = tuple(
        Related(Place(other["file"], other["line"], other["column"], other["end_line"], other["end_column"]), other["label"])
        for other in item["related"]
    )
    return Diagnostic(**{**item, "related": related})
