#!/usr/bin/env python3
"""Writes libreturns/_declarations.py from the public headers, or with --check says whether it is up to date.

cffi's parser is needed here only: the module that comes out is what the binding loads, in microseconds.
"""

import contextlib
import io
import re
import sys
import tempfile
from pathlib import Path

from cffi import FFI

HERE = Path(__file__).resolve().parent
HEADERS = HERE.parent.parent / "include" / "returns"
TARGET = HERE / "libreturns" / "_declarations.py"
HEAD = "# Generated from include/returns/*.h by generate_declarations.py; not written by hand.\n# mypy: ignore-errors\n"


def in_order_of_inclusion(name, done):
    text = (HEADERS / name).read_text(encoding="utf-8")
    for other in re.findall(r'#include "returns/(\w+\.h)"', text):
        if other not in done:
            in_order_of_inclusion(other, done)
    done[name] = text
    return done


def declarations():
    """The headers as the parser of cffi takes them: no comments, no preprocessor."""
    headers = {}
    for path in sorted(HEADERS.glob("*.h")):
        if path.name not in headers:
            in_order_of_inclusion(path.name, headers)
    text = re.sub(r"/\*.*?\*/", "", "\n".join(headers.values()), flags=re.DOTALL)
    text = re.sub(r'#ifdef __cplusplus\n(extern "C" \{|\})\n#endif\n', "", text)
    constants = re.findall(r"^#define (RETURNS_\w+) UINT32_MAX$", text, flags=re.MULTILINE)
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    return "".join(f"#define {name} 4294967295\n" for name in constants) + text.replace("RETURNS_API ", "")


def module():
    ffi = FFI()
    ffi.cdef(declarations())
    ffi.set_source("libreturns._declarations", None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "module.py"
        with contextlib.redirect_stdout(io.StringIO()):  # it says what it writes
            ffi.emit_python_code(str(path))
        return HEAD + path.read_text(encoding="utf-8")


def main():
    text = module()
    if sys.argv[1:] == ["--check"]:
        same = TARGET.read_text(encoding="utf-8") == text
        print("up to date" if same else f"{TARGET} is not what the headers say: run {Path(__file__).name}")
        return 0 if same else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
